CREATE TABLE users (id bigint);

--gopg:split

CREATE INDEX CONCURRENTLY users_id ON users (id);
