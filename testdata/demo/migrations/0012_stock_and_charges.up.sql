-- Stock has moved to the warehouse service.
ALTER TABLE products DROP COLUMN stock;

-- migracheck:allow drop-column: read by the ERP export only, which was switched off in spring
ALTER TABLE products DROP COLUMN legacy_code;

-- The view lets the previous version go on reading and writing under the old name.
ALTER TABLE payments RENAME TO charges;

CREATE VIEW payments AS
SELECT id, order_id, provider, provider_ref, amount_cents, fee, captured_at
FROM charges;
