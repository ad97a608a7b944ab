CREATE TABLE products (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku         varchar(64) NOT NULL UNIQUE,
    title       text NOT NULL,
    description text,
    price_cents bigint NOT NULL CHECK (price_cents >= 0),
    currency    varchar(3) NOT NULL DEFAULT 'EUR',
    stock       integer NOT NULL DEFAULT 0 CHECK (stock >= 0),
    legacy_code text,
    search      tsvector GENERATED ALWAYS AS
        (to_tsvector('simple', title || ' ' || coalesce(description, ''))) STORED
);

CREATE INDEX products_search_idx ON products USING gin (search);
