-- +goose Up
-- Times are microseconds since 1970.
CREATE TABLE command (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    subject    TEXT COLLATE "C" NOT NULL,
    data       BYTEA NOT NULL,
    sent       BIGINT NOT NULL DEFAULT 0,
    due_at     BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX command_due ON command (due_at);

-- +goose Down
DROP TABLE command;
