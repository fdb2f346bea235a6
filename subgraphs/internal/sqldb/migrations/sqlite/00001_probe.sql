-- +goose Up
-- The one row that a probe writes. The time is microseconds since 1970.
CREATE TABLE probe (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE probe;
