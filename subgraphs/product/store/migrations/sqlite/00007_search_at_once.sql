-- +goose Up
-- For Postgres alone: the full text index of SQLite has no such list.
SELECT 1;

-- +goose Down
SELECT 1;
