-- +goose Up
-- A token that has reset a password is kept until it ends, because the request is sent again when
-- its answer was lost.
ALTER TABLE letter_tokens ADD COLUMN used_at INTEGER;

-- +goose Down
DELETE FROM letter_tokens WHERE used_at IS NOT NULL;
ALTER TABLE letter_tokens DROP COLUMN used_at;
