-- migracheck:flag billing-v2
ALTER TABLE orders
    ADD COLUMN priority integer,
    ADD COLUMN channel  text;

-- migracheck:flag billing-v2
CREATE TABLE refunds (
    id       bigint PRIMARY KEY,
    order_id bigint NOT NULL,
    reason   text
);
