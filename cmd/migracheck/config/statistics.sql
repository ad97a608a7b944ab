-- What the server knows of its tables, for tables.statistics in .migracheck.yaml.
-- It reads statistics only, no table, and needs no more than the right to connect.
-- PostgreSQL 13 to 18.
WITH period AS (
    -- Counters begin when they were last reset, or else when the server's
    -- statistics did.
    SELECT extract(epoch FROM now() - coalesce(d.stats_reset, b.stats_reset)) AS seconds
    FROM pg_stat_database d, pg_stat_bgwriter b
    WHERE d.datname = current_database()
), storage AS (
    -- A partitioned table is its partitions.
    SELECT c.oid, t.relid
    FROM pg_class c
    CROSS JOIN LATERAL (
        SELECT c.oid AS relid WHERE c.relkind <> 'p'
        UNION ALL
        SELECT p.relid FROM pg_partition_tree(c.oid) p WHERE c.relkind = 'p' AND p.isleaf
    ) t
    WHERE c.relkind IN ('r', 'm', 'p')
), known AS (
    SELECT s.oid,
           sum(pg_total_relation_size(c.oid)) AS bytes,
           sum(greatest(c.reltuples, u.n_live_tup, 0)) AS rows,
           -- Pages without rows: nobody has counted them yet.
           bool_or(greatest(c.reltuples, u.n_live_tup, 0) = 0 AND pg_relation_size(c.oid) > 0) AS uncounted,
           sum(coalesce(u.seq_scan, 0) + coalesce(u.idx_scan, 0)) AS scans,
           sum(coalesce(u.n_tup_ins, 0) + coalesce(u.n_tup_upd, 0) + coalesce(u.n_tup_del, 0)) AS writes
    FROM storage s
    JOIN pg_class c ON c.oid = s.relid
    LEFT JOIN pg_stat_user_tables u ON u.relid = c.oid
    GROUP BY s.oid
)
SELECT n.nspname || '.' || c.relname AS "table",
       CASE WHEN NOT k.uncounted THEN round(k.rows::numeric)::bigint END AS rows,
       k.bytes::bigint AS bytes,
       k.scans::bigint AS scans,
       k.writes::bigint AS writes,
       round(period.seconds)::bigint AS seconds
FROM known k
JOIN pg_class c ON c.oid = k.oid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN period
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
ORDER BY 1
