-- +goose Up
-- Only for Postgres: SQLite's full text index has no list of new words.
SELECT 1;

-- +goose Down
SELECT 1;
