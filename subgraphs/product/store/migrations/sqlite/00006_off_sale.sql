-- +goose Up
-- For the staff's list of what is not on sale, in its usual order.
CREATE INDEX product_off_sale ON product (title_key, id) WHERE active = 0;

-- +goose Down
DROP INDEX product_off_sale;
