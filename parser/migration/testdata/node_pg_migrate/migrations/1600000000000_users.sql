-- Up Migration
CREATE TABLE users (id serial PRIMARY KEY);
CREATE INDEX users_id ON users (id);

-- Down Migration
DROP TABLE users;
