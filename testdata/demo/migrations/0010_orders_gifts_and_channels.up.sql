-- Wünsche der Kundschaft: Grußkarten ✉ und der Kanal, über den bestellt wurde.
ALTER TABLE orders
    ADD COLUMN gift_message text,
    ADD COLUMN channel text NOT NULL;

COMMENT ON COLUMN orders.gift_message IS 'Text der Grußkarte, höchstens 200 Zeichen';

-- The label printer has room for no more.
ALTER TABLE orders ALTER COLUMN note TYPE varchar(120);

ALTER TYPE order_status RENAME VALUE 'cancelled' TO 'canceled';

CREATE INDEX orders_user_id_idx ON orders (user_id);
