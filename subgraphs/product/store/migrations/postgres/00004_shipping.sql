-- +goose Up
-- A committed reservation holds its pieces until they are shipped.
ALTER TABLE reservation ADD COLUMN shipped_at BIGINT;

CREATE INDEX stock_inbox_answered ON stock_inbox (answered_at);

-- +goose Down
DROP INDEX stock_inbox_answered;
ALTER TABLE reservation DROP COLUMN shipped_at;
