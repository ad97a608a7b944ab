ALTER TABLE users RENAME COLUMN name TO full_name;

ALTER TABLE users ALTER COLUMN phone SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT users_phone_key UNIQUE (phone);

-- Consent has to be asked for; nobody should get an answer by default.
ALTER TABLE users ALTER COLUMN marketing_opt_in DROP DEFAULT;
