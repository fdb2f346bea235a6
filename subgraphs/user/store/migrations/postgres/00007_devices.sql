-- +goose Up
-- Devices that users have logged in with, by the hash of a token that the browser or API consumer
-- keeps. Strangers' wrong guesses do not delay a log-in that presents the token.
CREATE TABLE devices (
    hash    BYTEA PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind    TEXT COLLATE "C" NOT NULL CHECK (kind IN ('BROWSER', 'API')),
    used_at BIGINT NOT NULL
);
CREATE INDEX devices_of_user ON devices (user_id, kind, used_at);
CREATE INDEX devices_by_use ON devices (used_at);
-- From now on, failed log-ins are counted under other names.
DELETE FROM failed_logins;

-- +goose Down
DROP TABLE devices;
