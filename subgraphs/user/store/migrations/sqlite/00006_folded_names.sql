-- +goose Up
-- First and last name as staff's search compares them. The service folds them, because databases
-- fold only A to Z. Null until the service has done so.
ALTER TABLE users ADD COLUMN name_folded TEXT;
CREATE INDEX users_to_fold ON users (id) WHERE name_folded IS NULL;

-- +goose Down
DROP INDEX users_to_fold;
ALTER TABLE users DROP COLUMN name_folded;
