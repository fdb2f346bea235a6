-- +goose Up
-- This migration is for Postgres only: SQLite's full-text index has no such list.
SELECT 1;

-- +goose Down
SELECT 1;
