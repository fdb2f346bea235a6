-- +goose Up
-- When a key begins to sign; it signs until the next key does, and is published before and after.
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
UPDATE signing_keys SET signs_from = created_at;

-- Users' accounts at providers: subject is the user's id there.
CREATE TABLE social_identities (
    provider   TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE INDEX social_identities_of_user ON social_identities (user_id);

-- Unfinished log-ins through a provider. Each works once.
CREATE TABLE social_attempts (
    state      TEXT COLLATE "C" PRIMARY KEY,
    provider   TEXT COLLATE "C" NOT NULL,
    nonce      TEXT COLLATE "C" NOT NULL,
    verifier   TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX social_attempts_by_end ON social_attempts (expires_at);

-- +goose Down
DROP TABLE social_attempts;
DROP TABLE social_identities;
ALTER TABLE signing_keys DROP COLUMN signs_from;
