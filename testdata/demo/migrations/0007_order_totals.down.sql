REVOKE SELECT ON order_totals FROM shop_reporting;
DROP VIEW order_totals;
