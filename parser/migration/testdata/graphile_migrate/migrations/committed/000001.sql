--! Previous: -
--! Hash: sha1:18d23a58b81491ae36b559db6d5b286c16eeae03

CREATE SCHEMA app_public;
GRANT USAGE ON SCHEMA app_public TO :DATABASE_VISITOR;
CREATE TABLE app_public.users (id serial PRIMARY KEY);
