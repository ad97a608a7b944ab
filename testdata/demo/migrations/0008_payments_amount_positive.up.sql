SET LOCAL lock_timeout = '2s';

ALTER TABLE payments
    ADD CONSTRAINT payments_amount_positive CHECK (amount_cents > 0) NOT VALID;
