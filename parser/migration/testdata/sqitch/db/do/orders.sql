BEGIN;
CREATE TABLE app.orders (id bigint PRIMARY KEY);
COMMIT;
