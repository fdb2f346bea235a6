-- +goose Up
-- The only row, which the probe writes. The time is in microseconds since 1970.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE probe;
