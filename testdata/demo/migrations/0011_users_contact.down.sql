ALTER TABLE users ALTER COLUMN marketing_opt_in SET DEFAULT false;

ALTER TABLE users DROP CONSTRAINT users_phone_key;
ALTER TABLE users ALTER COLUMN phone DROP NOT NULL;

ALTER TABLE users RENAME COLUMN full_name TO name;
