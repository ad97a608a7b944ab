--! Previous: sha1:18d23a58b81491ae36b559db6d5b286c16eeae03
--! Hash: sha1:04538b2a7d3655ae1509848fae9e8ecdb40eb516
--! Message: Index

--! no-transaction
CREATE INDEX CONCURRENTLY users_id ON app_public.users (id);
