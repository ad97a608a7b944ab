SET statement_timeout = 0;

--bun:split

CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE items (id bigint PRIMARY KEY);

--bun:split

CREATE INDEX CONCURRENTLY users_id ON users (id);
