CREATE TABLE users (id uuid PRIMARY KEY);
CREATE INDEX users_id ON users (id);
