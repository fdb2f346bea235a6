-- +goose Up
-- When a letter's token expires, which makes the letter useless. For letters that wait already it
-- is unknown, but no token is valid for longer than a day.
ALTER TABLE letters ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
UPDATE letters SET expires_at = due_at + 86400000000;
CREATE INDEX letters_by_end ON letters (expires_at);

-- +goose Down
DROP INDEX letters_by_end;
ALTER TABLE letters DROP COLUMN expires_at;
