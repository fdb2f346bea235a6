-- +goose Up
-- How the session's latest token replaced the previous one: the previous token's hash, the salt
-- that derives the latest token from it, and a hash that identifies the client. A client that lost
-- the answer gets the same token again. Null before the first exchange.
ALTER TABLE refresh_tokens ADD COLUMN previous BYTEA;
ALTER TABLE refresh_tokens ADD COLUMN salt BYTEA;
ALTER TABLE refresh_tokens ADD COLUMN client BYTEA;

-- +goose Down
ALTER TABLE refresh_tokens DROP COLUMN client;
ALTER TABLE refresh_tokens DROP COLUMN salt;
ALTER TABLE refresh_tokens DROP COLUMN previous;
