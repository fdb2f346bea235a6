-- +goose Up
-- The only row, which the probe writes. The time is in microseconds since 1970.
CREATE TABLE probe (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE probe;
