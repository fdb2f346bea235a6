-- +goose Up
-- For staff's list of products off sale, in its default order.
CREATE INDEX product_off_sale ON product (title_key, id) WHERE active = 0;

-- +goose Down
DROP INDEX product_off_sale;
