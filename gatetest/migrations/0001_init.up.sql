CREATE TABLE customers (
    id      bigint PRIMARY KEY,
    name    text NOT NULL,
    email   text NOT NULL,
    fax     text,
    phone   text,
    credit  integer NOT NULL DEFAULT 0
);

CREATE TABLE orders (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    status      text NOT NULL DEFAULT 'open',
    placed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tickets (
    id       bigint PRIMARY KEY,
    order_id bigint NOT NULL,
    title    text NOT NULL,
    priority integer NOT NULL DEFAULT 0,
    channel  text NOT NULL DEFAULT 'mail'
);

CREATE TABLE sessions (
    id    bigint PRIMARY KEY,
    token text NOT NULL
);
