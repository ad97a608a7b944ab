DROP TABLE refunds;
ALTER TABLE orders
    DROP COLUMN channel,
    DROP COLUMN priority;
