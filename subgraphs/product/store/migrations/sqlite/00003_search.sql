-- +goose Up
-- The folded words by which a search finds a product, separated by blanks. The full-text index is
-- on this table, so no search finds a product without a row here. The service adds missing rows
-- at its next start.
CREATE TABLE product_words (
    docid      INTEGER PRIMARY KEY,
    product_id TEXT    NOT NULL UNIQUE REFERENCES product (id),
    words      TEXT    NOT NULL
) STRICT;

CREATE VIRTUAL TABLE product_search USING fts4 (content="product_words", words, tokenize=simple);

-- +goose StatementBegin
CREATE TRIGGER product_words_added AFTER INSERT ON product_words BEGIN
    INSERT INTO product_search (docid, words) VALUES (new.docid, new.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER product_words_changing BEFORE UPDATE ON product_words BEGIN
    DELETE FROM product_search WHERE docid = old.docid;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER product_words_changed AFTER UPDATE ON product_words BEGIN
    INSERT INTO product_search (docid, words) VALUES (new.docid, new.words);
END;
-- +goose StatementEnd

ALTER TABLE product DROP COLUMN search_text;
ALTER TABLE category DROP COLUMN search_text;

-- The facets read every product on sale. This index holds all columns that they need.
DROP INDEX product_by_category;
CREATE INDEX product_by_category ON product (category_id, price_minor, on_hand, reserved, currency) WHERE active = 1;
CREATE INDEX product_by_stock ON product (on_hand - reserved, id) WHERE active = 1;

-- The idempotency keys of created products: the same key creates one product.
CREATE TABLE product_creation (
    key        TEXT    NOT NULL PRIMARY KEY,
    digest     TEXT    NOT NULL,
    product_id TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

DROP INDEX stock_ledger_product;
CREATE INDEX stock_ledger_product ON stock_ledger (product_id, created_at, id);

-- +goose Down
DROP INDEX stock_ledger_product;
CREATE INDEX stock_ledger_product ON stock_ledger (product_id, created_at);
DROP TABLE product_creation;
DROP INDEX product_by_stock;
DROP INDEX product_by_category;
CREATE INDEX product_by_category ON product (category_id) WHERE active = 1;
ALTER TABLE category ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
DROP TABLE product_search;
DROP TABLE product_words;
