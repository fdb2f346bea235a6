-- +goose Up
-- The unit price that the buyer last saw. The items of a draft may have followed the catalogue
-- since.
ALTER TABLE order_items ADD COLUMN shown_price_minor BIGINT NOT NULL DEFAULT 0;
UPDATE order_items SET shown_price_minor = unit_price_minor;

-- +goose Down
ALTER TABLE order_items DROP COLUMN shown_price_minor;
