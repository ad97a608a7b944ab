DROP INDEX orders_user_id_idx;

ALTER TYPE order_status RENAME VALUE 'canceled' TO 'cancelled';

ALTER TABLE orders ALTER COLUMN note TYPE varchar(500);

ALTER TABLE orders
    DROP COLUMN channel,
    DROP COLUMN gift_message;
