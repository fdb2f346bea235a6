-- +goose Up
-- The keys of changes to items of drafts, so that each key changes once. Old keys are deleted.
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
