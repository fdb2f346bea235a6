-- +goose Up
-- Times are in microseconds since 1970. The columns …_key and …_text hold folded text, so that
-- sorting and searching do not depend on the database's collation.
CREATE TABLE category (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug        TEXT COLLATE "C" NOT NULL UNIQUE,
    title       TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL,
    position    BIGINT NOT NULL UNIQUE
);

CREATE TABLE product (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug             TEXT COLLATE "C" NOT NULL UNIQUE,
    sku              TEXT COLLATE "C" NOT NULL UNIQUE,
    title            TEXT COLLATE "C" NOT NULL,
    title_key        TEXT COLLATE "C" NOT NULL,
    description      TEXT COLLATE "C" NOT NULL,
    search_text      TEXT COLLATE "C" NOT NULL,
    category_id      TEXT COLLATE "C" NOT NULL REFERENCES category (id),
    price_minor      BIGINT NOT NULL CHECK (price_minor >= 0),
    currency         TEXT COLLATE "C" NOT NULL,
    tax_basis_points BIGINT NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    on_hand          BIGINT NOT NULL CHECK (on_hand >= 0),
    active           BIGINT NOT NULL CHECK (active IN (0, 1)),
    version          BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);

CREATE INDEX product_by_title ON product (title_key, id) WHERE active = 1;
CREATE INDEX product_by_price ON product (price_minor, id) WHERE active = 1;
CREATE INDEX product_by_age ON product (created_at, id) WHERE active = 1;
CREATE INDEX product_by_category ON product (category_id) WHERE active = 1;

CREATE TABLE image (
    product_id TEXT COLLATE "C" NOT NULL REFERENCES product (id),
    position   BIGINT NOT NULL,
    url        TEXT COLLATE "C" NOT NULL,
    alt        TEXT COLLATE "C" NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    PRIMARY KEY (product_id, position)
);

-- +goose Down
DROP TABLE image;
DROP TABLE product;
DROP TABLE category;
