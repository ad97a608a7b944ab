CREATE TABLE payments (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id     bigint NOT NULL,
    provider     text NOT NULL,
    provider_ref text NOT NULL,
    amount_cents bigint NOT NULL,
    fee          numeric(12,4) NOT NULL DEFAULT 0,
    captured_at  timestamptz,
    CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id),
    CONSTRAINT payments_provider_known CHECK (provider IN ('card', 'transfer', 'voucher')),
    CONSTRAINT payments_provider_ref_key UNIQUE (provider, provider_ref)
);
