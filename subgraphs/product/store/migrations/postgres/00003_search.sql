-- +goose Up
-- The folded words by which a search finds a product, separated by blanks. The full-text index is
-- on this table, so no search finds a product without a row here. The service adds missing rows
-- at its next start.
CREATE TABLE product_words (
    docid      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES product (id),
    words      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX product_words_search ON product_words USING gin (array_to_tsvector(string_to_array(words, ' ')));

ALTER TABLE product DROP COLUMN search_text;
ALTER TABLE category DROP COLUMN search_text;

-- The facets read every product on sale. This index holds all columns that they need.
DROP INDEX product_by_category;
CREATE INDEX product_by_category ON product (category_id, price_minor, on_hand, reserved, currency) WHERE active = 1;
CREATE INDEX product_by_stock ON product ((on_hand - reserved), id) WHERE active = 1;

-- The idempotency keys of created products: the same key creates one product.
CREATE TABLE product_creation (
    key        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    digest     TEXT COLLATE "C" NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

DROP INDEX stock_ledger_product;
CREATE INDEX stock_ledger_product ON stock_ledger (product_id, created_at, id);

-- +goose Down
DROP INDEX stock_ledger_product;
CREATE INDEX stock_ledger_product ON stock_ledger (product_id, created_at);
DROP TABLE product_creation;
DROP INDEX product_by_stock;
DROP INDEX product_by_category;
CREATE INDEX product_by_category ON product (category_id) WHERE active = 1;
ALTER TABLE category ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
DROP TABLE product_words;
