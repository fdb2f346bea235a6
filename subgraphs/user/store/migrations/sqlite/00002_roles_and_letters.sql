-- +goose Up
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'CUSTOMER' CHECK (role IN ('CUSTOMER', 'SUPPORT', 'ADMIN'));
ALTER TABLE users ADD COLUMN email_verified_at INTEGER;
CREATE INDEX users_by_role ON users (role) WHERE role <> 'CUSTOMER';

-- Requests for new passwords. They are answered later, so that the response takes the same time
-- whether the account exists or not.
CREATE TABLE reset_requests (
    login TEXT PRIMARY KEY,
    at    INTEGER NOT NULL
) STRICT;

CREATE TABLE letter_tokens (
    hash       BLOB PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL CHECK (purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD')),
    email      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX letter_tokens_of_user ON letter_tokens (user_id, purpose);
CREATE INDEX letter_tokens_by_end ON letter_tokens (expires_at);

-- Letters to send. A sent letter is deleted, because it contains a token.
CREATE TABLE letters (
    id        TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject   TEXT NOT NULL,
    body      TEXT NOT NULL,
    attempts  INTEGER NOT NULL DEFAULT 0,
    due_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX letters_by_time ON letters (due_at);

CREATE TABLE account_events (
    id       TEXT PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    actor_id TEXT
) STRICT;
CREATE INDEX account_events_of_user ON account_events (user_id, id);

-- +goose Down
DROP TABLE account_events;
DROP TABLE letters;
DROP TABLE letter_tokens;
DROP TABLE reset_requests;
DROP INDEX users_by_role;
ALTER TABLE users DROP COLUMN email_verified_at;
ALTER TABLE users DROP COLUMN role;
