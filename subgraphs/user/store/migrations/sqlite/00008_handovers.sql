-- +goose Up
-- How the session's latest token replaced the previous one: the previous token's hash, the salt
-- that derives the latest token from it, and a hash that identifies the client. A client that lost
-- the answer gets the same token again. Null before the first exchange.
ALTER TABLE refresh_tokens ADD COLUMN previous BLOB;
ALTER TABLE refresh_tokens ADD COLUMN salt BLOB;
ALTER TABLE refresh_tokens ADD COLUMN client BLOB;

-- +goose Down
ALTER TABLE refresh_tokens DROP COLUMN client;
ALTER TABLE refresh_tokens DROP COLUMN salt;
ALTER TABLE refresh_tokens DROP COLUMN previous;
