-- +goose Up
-- Devices that users have logged in with, by the hash of a token that the browser or API consumer
-- keeps. Strangers' wrong guesses do not delay a log-in that presents the token.
CREATE TABLE devices (
    hash    BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('BROWSER', 'API')),
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_of_user ON devices (user_id, kind, used_at);
CREATE INDEX devices_by_use ON devices (used_at);
-- From now on, failed log-ins are counted under other names.
DELETE FROM failed_logins;

-- +goose Down
DROP TABLE devices;
