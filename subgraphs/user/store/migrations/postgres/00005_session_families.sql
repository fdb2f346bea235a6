-- +goose Up
-- The hash of the first half of a session's refresh tokens, which all of them share. It identifies
-- the session for every token, so that only the valid token is stored. Null until the session gets
-- such a token. Tokens used before stay in refresh_tokens until their session is over.
ALTER TABLE sessions ADD COLUMN family BYTEA;
CREATE UNIQUE INDEX sessions_by_family ON sessions (family) WHERE family IS NOT NULL;
CREATE INDEX account_events_by_time ON account_events (at);

-- +goose Down
DROP INDEX account_events_by_time;
DROP INDEX sessions_by_family;
ALTER TABLE sessions DROP COLUMN family;
