--! Previous: sha1:04538b2a7d3655ae1509848fae9e8ecdb40eb516
--! Hash: sha1:f7b4752be7944155db7f1803c8db39450a100c6e

ALTER TABLE app_public.users ADD COLUMN name text;
--! Included functions/label.sql
CREATE FUNCTION app_public.label() RETURNS text LANGUAGE sql AS $$ SELECT 'x; y' $$;
--! EndIncluded functions/label.sql
