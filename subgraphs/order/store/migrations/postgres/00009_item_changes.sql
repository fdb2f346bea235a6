-- +goose Up
-- The keys of changes to items of drafts, so that each key changes once. Old keys are deleted.
CREATE TABLE item_changes (
    user_id      TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    order_id     TEXT COLLATE "C" NOT NULL,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX item_changes_by_age ON item_changes (changed_at);

-- +goose Down
DROP TABLE item_changes;
