-- +goose Up

-- The replica of the catalogue: the latest state from product.
CREATE TABLE products (
    id               TEXT PRIMARY KEY,
    sku              TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    price_minor      INTEGER NOT NULL CHECK (price_minor >= 0),
    currency         TEXT    NOT NULL,
    tax_basis_points INTEGER NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    maximum_quantity INTEGER NOT NULL CHECK (maximum_quantity >= 0),
    active           INTEGER NOT NULL CHECK (active IN (0, 1)),
    version          INTEGER NOT NULL CHECK (version > 0)
) STRICT;

-- Times are microseconds since 1970.
CREATE TABLE orders (
    id             TEXT PRIMARY KEY,
    user_id        TEXT    NOT NULL,
    number         TEXT    NOT NULL UNIQUE,
    name           TEXT,
    status         TEXT    NOT NULL CHECK (status IN
        ('DRAFT', 'PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
    version        INTEGER NOT NULL CHECK (version > 0),
    currency       TEXT    NOT NULL,
    total_minor    INTEGER NOT NULL CHECK (total_minor >= 0),
    total_quantity INTEGER NOT NULL CHECK (total_quantity >= 0),
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    placed_at      INTEGER,
    CHECK (status <> 'DRAFT' OR placed_at IS NULL)
) STRICT;

CREATE INDEX orders_drafts ON orders (user_id, created_at, id) WHERE status = 'DRAFT';
CREATE INDEX orders_placed ON orders (user_id, placed_at, id) WHERE placed_at IS NOT NULL;

-- All items of an order are in the order's currency.
CREATE TABLE order_items (
    id               TEXT PRIMARY KEY,
    order_id         TEXT    NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL CHECK (position > 0),
    product_id       TEXT    NOT NULL,
    product_version  INTEGER NOT NULL,
    sku              TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    quantity         INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_price_minor INTEGER NOT NULL CHECK (unit_price_minor >= 0),
    UNIQUE (order_id, position),
    UNIQUE (order_id, product_id)
) STRICT;

CREATE INDEX order_items_product ON order_items (product_id, product_version);

-- The last invoice number of each year. The transaction that issues an invoice increases it, so
-- that there are no gaps.
CREATE TABLE invoice_counters (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last > 0)
) STRICT;

CREATE TABLE invoices (
    id          TEXT PRIMARY KEY,
    order_id    TEXT    NOT NULL UNIQUE REFERENCES orders (id),
    year        INTEGER NOT NULL,
    sequence    INTEGER NOT NULL CHECK (sequence > 0),
    status      TEXT    NOT NULL CHECK (status IN ('ISSUED', 'CANCELLED')),
    issued_at   INTEGER NOT NULL,
    currency    TEXT    NOT NULL,
    net_minor   INTEGER NOT NULL,
    tax_minor   INTEGER NOT NULL,
    gross_minor INTEGER NOT NULL,
    UNIQUE (year, sequence),
    CHECK (net_minor + tax_minor = gross_minor)
) STRICT;

CREATE TABLE invoice_lines (
    invoice_id       TEXT    NOT NULL REFERENCES invoices (id),
    position         INTEGER NOT NULL CHECK (position > 0),
    sku              TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    quantity         INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_minor INTEGER NOT NULL,
    tax_basis_points INTEGER NOT NULL,
    net_minor        INTEGER NOT NULL,
    tax_minor        INTEGER NOT NULL,
    gross_minor      INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, position),
    CHECK (net_minor + tax_minor = gross_minor)
) STRICT;

-- The orders that idempotency keys have placed.
CREATE TABLE placements (
    user_id      TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash TEXT    NOT NULL,
    order_id     TEXT    NOT NULL REFERENCES orders (id),
    placed_at    INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT;

-- +goose Down
DROP TABLE placements;
DROP TABLE invoice_lines;
DROP TABLE invoices;
DROP TABLE invoice_counters;
DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE products;
