--! Message: Functions
-- Enter migration here

DROP FUNCTION IF EXISTS app_public.label();
--!include functions/label.sql
ALTER TABLE app_public.users DROP COLUMN IF EXISTS age;
--! include missing.sql
