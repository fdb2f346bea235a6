-- +goose Up
-- Times are microseconds since 1970.
CREATE TABLE dead_letter (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    stream     TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    data       BYTEA NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    deliveries BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL
);
CREATE INDEX dead_letter_last_seen ON dead_letter (last_seen);

-- +goose Down
DROP TABLE dead_letter;
