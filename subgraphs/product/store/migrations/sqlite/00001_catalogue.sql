-- +goose Up
-- Times are in microseconds since 1970. The columns …_key and …_text hold folded text, so that
-- sorting and searching do not depend on the database's collation.
CREATE TABLE category (
    id          TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL UNIQUE,
    title       TEXT    NOT NULL,
    description TEXT    NOT NULL,
    search_text TEXT    NOT NULL,
    position    INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE product (
    id               TEXT    NOT NULL PRIMARY KEY,
    slug             TEXT    NOT NULL UNIQUE,
    sku              TEXT    NOT NULL UNIQUE,
    title            TEXT    NOT NULL,
    title_key        TEXT    NOT NULL,
    description      TEXT    NOT NULL,
    search_text      TEXT    NOT NULL,
    category_id      TEXT    NOT NULL REFERENCES category (id),
    price_minor      INTEGER NOT NULL CHECK (price_minor >= 0),
    currency         TEXT    NOT NULL,
    tax_basis_points INTEGER NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    on_hand          INTEGER NOT NULL CHECK (on_hand >= 0),
    active           INTEGER NOT NULL CHECK (active IN (0, 1)),
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX product_by_title ON product (title_key, id) WHERE active = 1;
CREATE INDEX product_by_price ON product (price_minor, id) WHERE active = 1;
CREATE INDEX product_by_age ON product (created_at, id) WHERE active = 1;
CREATE INDEX product_by_category ON product (category_id) WHERE active = 1;

CREATE TABLE image (
    product_id TEXT    NOT NULL REFERENCES product (id),
    position   INTEGER NOT NULL,
    url        TEXT    NOT NULL,
    alt        TEXT    NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    PRIMARY KEY (product_id, position)
) STRICT;

-- +goose Down
DROP TABLE image;
DROP TABLE product;
DROP TABLE category;
