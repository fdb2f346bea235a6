-- +goose Up

-- The replica of the catalogue: the latest state from product.
CREATE TABLE products (
    id               TEXT COLLATE "C" PRIMARY KEY,
    sku              TEXT COLLATE "C" NOT NULL,
    title            TEXT COLLATE "C" NOT NULL,
    price_minor      BIGINT NOT NULL CHECK (price_minor >= 0),
    currency         TEXT COLLATE "C" NOT NULL,
    tax_basis_points BIGINT NOT NULL CHECK (tax_basis_points BETWEEN 0 AND 10000),
    maximum_quantity BIGINT NOT NULL CHECK (maximum_quantity >= 0),
    active           BIGINT NOT NULL CHECK (active IN (0, 1)),
    version          BIGINT NOT NULL CHECK (version > 0)
);

-- Times are microseconds since 1970.
CREATE TABLE orders (
    id             TEXT COLLATE "C" PRIMARY KEY,
    user_id        TEXT COLLATE "C" NOT NULL,
    number         TEXT COLLATE "C" NOT NULL UNIQUE,
    name           TEXT COLLATE "C",
    status         TEXT COLLATE "C" NOT NULL CHECK (status IN
        ('DRAFT', 'PENDING', 'CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
    version        BIGINT NOT NULL CHECK (version > 0),
    currency       TEXT COLLATE "C" NOT NULL,
    total_minor    BIGINT NOT NULL CHECK (total_minor >= 0),
    total_quantity BIGINT NOT NULL CHECK (total_quantity >= 0),
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    placed_at      BIGINT,
    CHECK (status <> 'DRAFT' OR placed_at IS NULL)
);

CREATE INDEX orders_drafts ON orders (user_id, created_at, id) WHERE status = 'DRAFT';
CREATE INDEX orders_placed ON orders (user_id, placed_at, id) WHERE placed_at IS NOT NULL;

-- All items of an order are in the order's currency.
CREATE TABLE order_items (
    id               TEXT COLLATE "C" PRIMARY KEY,
    order_id         TEXT COLLATE "C" NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    position         BIGINT NOT NULL CHECK (position > 0),
    product_id       TEXT COLLATE "C" NOT NULL,
    product_version  BIGINT NOT NULL,
    sku              TEXT COLLATE "C" NOT NULL,
    title            TEXT COLLATE "C" NOT NULL,
    quantity         BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_price_minor BIGINT NOT NULL CHECK (unit_price_minor >= 0),
    UNIQUE (order_id, position),
    UNIQUE (order_id, product_id)
);

CREATE INDEX order_items_product ON order_items (product_id, product_version);

-- The last invoice number of each year. The transaction that issues an invoice increases it, so
-- that there are no gaps.
CREATE TABLE invoice_counters (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL CHECK (last > 0)
);

CREATE TABLE invoices (
    id          TEXT COLLATE "C" PRIMARY KEY,
    order_id    TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES orders (id),
    year        BIGINT NOT NULL,
    sequence    BIGINT NOT NULL CHECK (sequence > 0),
    status      TEXT COLLATE "C" NOT NULL CHECK (status IN ('ISSUED', 'CANCELLED')),
    issued_at   BIGINT NOT NULL,
    currency    TEXT COLLATE "C" NOT NULL,
    net_minor   BIGINT NOT NULL,
    tax_minor   BIGINT NOT NULL,
    gross_minor BIGINT NOT NULL,
    UNIQUE (year, sequence),
    CHECK (net_minor + tax_minor = gross_minor)
);

CREATE TABLE invoice_lines (
    invoice_id       TEXT COLLATE "C" NOT NULL REFERENCES invoices (id),
    position         BIGINT NOT NULL CHECK (position > 0),
    sku              TEXT COLLATE "C" NOT NULL,
    title            TEXT COLLATE "C" NOT NULL,
    quantity         BIGINT NOT NULL CHECK (quantity > 0),
    unit_price_minor BIGINT NOT NULL,
    tax_basis_points BIGINT NOT NULL,
    net_minor        BIGINT NOT NULL,
    tax_minor        BIGINT NOT NULL,
    gross_minor      BIGINT NOT NULL,
    PRIMARY KEY (invoice_id, position),
    CHECK (net_minor + tax_minor = gross_minor)
);

-- The orders that idempotency keys have placed.
CREATE TABLE placements (
    user_id      TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    order_id     TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    placed_at    BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);

-- +goose Down
DROP TABLE placements;
DROP TABLE invoice_lines;
DROP TABLE invoices;
DROP TABLE invoice_counters;
DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE products;
