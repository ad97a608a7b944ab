-- PostgreSQL has no way back from VALIDATE but to add the constraint again.
ALTER TABLE payments
    DROP CONSTRAINT payments_amount_positive,
    ADD CONSTRAINT payments_amount_positive CHECK (amount_cents > 0) NOT VALID;
