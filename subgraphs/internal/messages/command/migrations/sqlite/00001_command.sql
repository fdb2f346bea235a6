-- +goose Up
-- Times are microseconds since 1970.
CREATE TABLE command (
    id         TEXT    NOT NULL PRIMARY KEY,
    subject    TEXT    NOT NULL,
    data       BLOB    NOT NULL,
    sent       INTEGER NOT NULL DEFAULT 0,
    due_at     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX command_due ON command (due_at);

-- +goose Down
DROP TABLE command;
