ALTER TABLE orders ADD COLUMN raw text;
