-- Deploy shop:schemas/app to pg
\set ON_ERROR_STOP on
BEGIN;
CREATE SCHEMA app;
SET search_path = app;
COMMIT;
