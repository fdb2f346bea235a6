-- +goose Up
-- Messages of a lower lane are published before those of a higher one.
ALTER TABLE outbox ADD COLUMN lane BIGINT NOT NULL DEFAULT 1;
DROP INDEX outbox_pending;
CREATE INDEX outbox_pending ON outbox (published_at, lane, position);

-- +goose Down
DROP INDEX outbox_pending;
CREATE INDEX outbox_pending ON outbox (published_at, position);
ALTER TABLE outbox DROP COLUMN lane;
