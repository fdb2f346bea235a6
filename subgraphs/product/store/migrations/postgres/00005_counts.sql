-- +goose Up
-- A number that grows with each change of the catalogue that affects counts: changes by staff,
-- and changes of a product's stock to or from zero available pieces. Earlier counts stay valid
-- until it grows.
CREATE TABLE catalogue_version (
    id      BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO catalogue_version (id, version) VALUES (1, 1);

-- +goose StatementBegin
CREATE FUNCTION catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE catalogue_version SET version = version + 1;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER product_added AFTER INSERT ON product FOR EACH STATEMENT EXECUTE FUNCTION catalogue_changed();
CREATE TRIGGER product_removed AFTER DELETE ON product FOR EACH STATEMENT EXECUTE FUNCTION catalogue_changed();
CREATE TRIGGER product_changed AFTER UPDATE ON product FOR EACH ROW
    WHEN (old.version <> new.version OR (old.on_hand > old.reserved) <> (new.on_hand > new.reserved))
    EXECUTE FUNCTION catalogue_changed();

-- The first index serves the counts. The others serve the orders in which a category is listed.
DROP INDEX product_by_category;
CREATE INDEX product_for_facets ON product (category_id, price_minor, on_hand, reserved, currency, active) WHERE active = 1;
CREATE INDEX product_by_category_title ON product (category_id, title_key, id) WHERE active = 1;
CREATE INDEX product_by_category_price ON product (category_id, price_minor, id) WHERE active = 1;
CREATE INDEX product_by_category_age ON product (category_id, created_at, id) WHERE active = 1;

-- +goose Down
DROP INDEX product_by_category_age;
DROP INDEX product_by_category_price;
DROP INDEX product_by_category_title;
DROP INDEX product_for_facets;
CREATE INDEX product_by_category ON product (category_id, price_minor, on_hand, reserved, currency) WHERE active = 1;
DROP TRIGGER product_changed ON product;
DROP TRIGGER product_removed ON product;
DROP TRIGGER product_added ON product;
DROP FUNCTION catalogue_changed;
DROP TABLE catalogue_version;
