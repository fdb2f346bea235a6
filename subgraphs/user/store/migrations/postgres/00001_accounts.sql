-- Times are microseconds since 1970, UTC.

-- +goose Up
CREATE TABLE users (
    id            TEXT COLLATE "C" PRIMARY KEY,
    username      TEXT COLLATE "C" NOT NULL UNIQUE,
    email         TEXT COLLATE "C" NOT NULL,
    email_folded  TEXT COLLATE "C" NOT NULL UNIQUE,
    first_name    TEXT COLLATE "C" NOT NULL,
    last_name     TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    id         TEXT COLLATE "C" PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('BROWSER', 'API')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_revocation ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE refresh_tokens (
    hash       BYTEA PRIMARY KEY,
    session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);

-- account is the name of a limit.
CREATE TABLE failed_logins (
    account  TEXT COLLATE "C" PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);
CREATE INDEX failed_logins_by_time ON failed_logins (last_at);

CREATE TABLE signing_keys (
    id         TEXT COLLATE "C" PRIMARY KEY,
    seed       BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE signing_keys;
DROP TABLE failed_logins;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE users;
