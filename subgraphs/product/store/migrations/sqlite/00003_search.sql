-- +goose Up
-- The words by which a product is found, folded, with blanks between them; the full text index is
-- over them. It is made of them, so a product without a row here is found by no word until the
-- service starts again.
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

-- For the facets, which read every product on sale: they find all they need in here.
DROP INDEX product_by_category;
CREATE INDEX product_by_category ON product (category_id, price_minor, on_hand, reserved, currency) WHERE active = 1;
CREATE INDEX product_by_stock ON product (on_hand - reserved, id) WHERE active = 1;

-- The keys by which products were created: the same key creates once.
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
