-- +goose Up
-- For lists of everybody's orders with a status, newest first.
CREATE INDEX orders_status_placed ON orders (status, placed_at, id) WHERE placed_at IS NOT NULL;

-- +goose Down
DROP INDEX orders_status_placed;
