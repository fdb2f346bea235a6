-- +goose Up
-- What is committed holds pieces until it is shipped.
ALTER TABLE reservation ADD COLUMN shipped_at INTEGER;

CREATE INDEX stock_inbox_answered ON stock_inbox (answered_at);

-- +goose Down
DROP INDEX stock_inbox_answered;
ALTER TABLE reservation DROP COLUMN shipped_at;
