-- +goose Up
-- The keys by which items of drafts were changed: the same key changes once. They are forgotten after a while.
CREATE TABLE item_changes (
    user_id      TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    order_id     TEXT NOT NULL,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT;
CREATE INDEX item_changes_by_age ON item_changes (changed_at);

-- +goose Down
DROP TABLE item_changes;
