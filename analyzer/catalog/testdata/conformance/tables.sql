CREATE TABLE a (id serial PRIMARY KEY, b text NOT NULL DEFAULT 'x', c int UNIQUE);
