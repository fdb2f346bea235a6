-- +goose Up
-- Times are microseconds since 1970.
CREATE TABLE dead_letter (
    id         TEXT    NOT NULL PRIMARY KEY,
    stream     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    data       BLOB    NOT NULL,
    reason     TEXT    NOT NULL,
    deliveries INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL
) STRICT;
CREATE INDEX dead_letter_last_seen ON dead_letter (last_seen);

-- +goose Down
DROP TABLE dead_letter;
