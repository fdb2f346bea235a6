-- +goose Up
-- The first half of a session's refresh tokens is the same in all of them; this is its hash. So the session is known by
-- any token that it ever had, and only the one that is good is kept. Null until a token is made that way. Tokens used
-- before stay in refresh_tokens until their session is over.
ALTER TABLE sessions ADD COLUMN family BLOB;
CREATE UNIQUE INDEX sessions_by_family ON sessions (family) WHERE family IS NOT NULL;
CREATE INDEX account_events_by_time ON account_events (at);

-- +goose Down
DROP INDEX account_events_by_time;
DROP INDEX sessions_by_family;
ALTER TABLE sessions DROP COLUMN family;
