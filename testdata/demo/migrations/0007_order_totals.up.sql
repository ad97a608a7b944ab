CREATE VIEW order_totals AS
SELECT o.id, o.user_id, o.status, o.placed_at,
       coalesce(sum(i.line_total_cents), 0)::bigint AS total_cents
FROM orders o
LEFT JOIN order_items i ON i.order_id = o.id
GROUP BY o.id;

-- Roles belong to the cluster: another database may have made it already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_reporting') THEN
        CREATE ROLE shop_reporting NOLOGIN;
    END IF;
END
$$;

GRANT SELECT ON order_totals TO shop_reporting;
