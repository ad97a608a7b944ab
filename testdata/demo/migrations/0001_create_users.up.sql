CREATE DOMAIN email_address AS text
    CONSTRAINT email_address_shape CHECK (VALUE ~ '^[^@\s]+@[^@\s]+$');

CREATE TABLE users (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email            email_address NOT NULL UNIQUE,
    name             text NOT NULL,
    phone            text,
    marketing_opt_in boolean NOT NULL DEFAULT false,
    created_at       timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE users IS 'People with an account; guests have none';
COMMENT ON COLUMN users.phone IS 'As entered, not normalised';
