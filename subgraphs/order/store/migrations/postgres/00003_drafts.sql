-- +goose Up
-- The draft that a user chose last is the basket.
ALTER TABLE orders ADD COLUMN chosen_at BIGINT NOT NULL DEFAULT 0;
UPDATE orders SET chosen_at = created_at;
DROP INDEX orders_drafts;
CREATE INDEX orders_drafts ON orders (user_id, chosen_at, id) WHERE status = 'DRAFT';

-- For lists of everybody's orders.
CREATE INDEX orders_all_placed ON orders (placed_at, id) WHERE placed_at IS NOT NULL;

-- +goose Down
DROP INDEX orders_all_placed;
DROP INDEX orders_drafts;
CREATE INDEX orders_drafts ON orders (user_id, created_at, id) WHERE status = 'DRAFT';
ALTER TABLE orders DROP COLUMN chosen_at;
