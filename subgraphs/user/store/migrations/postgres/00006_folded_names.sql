-- +goose Up
-- First and last name as staff's search compares them. Databases fold A to Z alone, so the service does it; null where it
-- has not yet.
ALTER TABLE users ADD COLUMN name_folded TEXT COLLATE "C";
CREATE INDEX users_to_fold ON users (id) WHERE name_folded IS NULL;

-- +goose Down
DROP INDEX users_to_fold;
ALTER TABLE users DROP COLUMN name_folded;
