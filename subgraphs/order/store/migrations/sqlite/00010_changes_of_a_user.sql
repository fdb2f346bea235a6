-- +goose Up
-- The latest keys of each user are kept.
CREATE INDEX item_changes_by_user ON item_changes (user_id, changed_at);

-- +goose Down
DROP INDEX item_changes_by_user;
