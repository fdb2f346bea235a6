-- +goose Up
-- How the session's last token came from the one before: that one's hash, the salt with which it
-- makes the last one, and the hash of who asked. So a client whose answer was lost gets the same
-- token again. Null before the first exchange.
ALTER TABLE refresh_tokens ADD COLUMN previous BYTEA;
ALTER TABLE refresh_tokens ADD COLUMN salt BYTEA;
ALTER TABLE refresh_tokens ADD COLUMN client BYTEA;

-- +goose Down
ALTER TABLE refresh_tokens DROP COLUMN client;
ALTER TABLE refresh_tokens DROP COLUMN salt;
ALTER TABLE refresh_tokens DROP COLUMN previous;
