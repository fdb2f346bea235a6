package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

type sessionRow struct {
	ID        string        `db:"id"`
	UserID    string        `db:"user_id"`
	Kind      account.Kind  `db:"kind"`
	CreatedAt int64         `db:"created_at"`
	ExpiresAt int64         `db:"expires_at"`
	RevokedAt sql.NullInt64 `db:"revoked_at"`
}

func (r sessionRow) session() account.Session {
	s := account.Session{
		ID: r.ID, UserID: r.UserID, Kind: r.Kind,
		CreatedAt: time.UnixMicro(r.CreatedAt).UTC(), ExpiresAt: time.UnixMicro(r.ExpiresAt).UTC(),
	}
	if r.RevokedAt.Valid {
		s.RevokedAt = time.UnixMicro(r.RevokedAt.Int64).UTC()
	}
	return s
}

// CreateSession adds a session with its first refresh token, and drops those
// that are over: nothing asks for them again.
func (s *Store) CreateSession(ctx context.Context, session account.Session, first account.RefreshToken) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at < ?`,
			session.CreatedAt.UnixMicro()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO sessions (id, user_id, kind, created_at, expires_at) VALUES (?, ?, ?, ?, ?)`,
			session.ID, session.UserID, session.Kind,
			session.CreatedAt.UnixMicro(), session.ExpiresAt.UnixMicro()); err != nil {
			return err
		}
		if err := addEvent(ctx, tx, session.UserID, account.LoggedIn, session.UserID, session.CreatedAt); err != nil {
			return err
		}
		return addRefreshToken(ctx, tx, session.ID, first)
	})
}

func addRefreshToken(ctx context.Context, tx *sqlx.Tx, sessionID string, t account.RefreshToken) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES (?, ?, ?)`,
		t.Hash, sessionID, t.CreatedAt.UnixMicro())
	return err
}

// SessionByID finds a session.
func (s *Store) SessionByID(ctx context.Context, id string) (account.Session, error) {
	var row sessionRow
	err := s.db.Read().GetContext(ctx, &row, `SELECT * FROM sessions WHERE id = ?`, id)
	return row.session(), found(err)
}

// SessionsOf finds the sessions of users that hold, with one statement.
func (s *Store) SessionsOf(ctx context.Context, userIDs []string, now time.Time) (map[string][]account.Session, error) {
	if len(userIDs) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT * FROM sessions WHERE user_id IN (?) AND revoked_at IS NULL AND expires_at > ?
		ORDER BY id DESC`, userIDs, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	var rows []sessionRow
	if err := s.db.Read().SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("select sessions: %w", err)
	}
	sessions := map[string][]account.Session{}
	for _, row := range rows {
		sessions[row.UserID] = append(sessions[row.UserID], row.session())
	}
	return sessions, nil
}

// Rotate does with a session what decide says about the refresh token.
func (s *Store) Rotate(ctx context.Context, hash []byte,
	decide func(account.Session, account.RefreshToken) account.Rotation,
) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var row struct {
			sessionRow
			TokenCreatedAt int64 `db:"token_created_at"`
			Used           bool  `db:"used"`
		}
		err := tx.GetContext(ctx, &row, `SELECT s.*, t.created_at AS token_created_at, t.used_at IS NOT NULL AS used
			FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?`, hash)
		if err != nil {
			return found(err)
		}
		session := row.session()
		rotation := decide(session, account.RefreshToken{
			Hash: hash, CreatedAt: time.UnixMicro(row.TokenCreatedAt).UTC(), Used: row.Used,
		})
		switch {
		case rotation.Revoke:
			_, err = s.revoke(ctx, tx, rotation.At, `id = ?`, session.ID)
			if err == nil {
				err = addEvent(ctx, tx, session.UserID, account.TokenReused, "", rotation.At)
			}
		case rotation.Next != nil:
			err = replace(ctx, tx, session.ID, hash, rotation)
		}
		return err
	})
}

func replace(ctx context.Context, tx *sqlx.Tx, sessionID string, used []byte, r account.Rotation) error {
	if _, err := tx.ExecContext(ctx, `UPDATE refresh_tokens SET used_at = ? WHERE hash = ?`,
		r.At.UnixMicro(), used); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE sessions SET expires_at = ? WHERE id = ?`,
		r.ExpiresAt.UnixMicro(), sessionID); err != nil {
		return err
	}
	return addRefreshToken(ctx, tx, sessionID, *r.Next)
}

// RevokeSession ends a session.
func (s *Store) RevokeSession(ctx context.Context, id string, now time.Time) (int, error) {
	return s.logOut(ctx, `id = ?`, id, now)
}

// RevokeSessions ends all sessions of a user.
func (s *Store) RevokeSessions(ctx context.Context, userID string, now time.Time) (int, error) {
	return s.logOut(ctx, `user_id = ?`, userID, now)
}

func (s *Store) logOut(ctx context.Context, condition, value string, now time.Time) (int, error) {
	ended := 0
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		sessions, err := s.revoke(ctx, tx, now, condition, value)
		if ended = len(sessions); ended == 0 || err != nil {
			return err
		}
		return addEvent(ctx, tx, sessions[0].UserID, account.LoggedOut, sessions[0].UserID, now)
	})
	return ended, err
}

// revoke ends sessions that hold, and puts a message for each into the outbox.
func (s *Store) revoke(ctx context.Context, tx *sqlx.Tx, now time.Time, condition string, values ...any) ([]sessionRow, error) {
	var ended []sessionRow
	err := tx.SelectContext(ctx, &ended, `UPDATE sessions SET revoked_at = ?
		WHERE revoked_at IS NULL AND expires_at > ? AND `+condition+` RETURNING *`,
		append([]any{now.UnixMicro(), now.UnixMicro()}, values...)...)
	if err != nil {
		return nil, fmt.Errorf("revoke: %w", err)
	}
	messages := make([]bus.Message, len(ended))
	for i, session := range ended {
		if messages[i], err = revocation(session.ID, now); err != nil {
			return nil, err
		}
	}
	return ended, s.outbox.AddAll(ctx, tx, messages)
}

// RevokedSince returns a message for each session revoked after a time.
func (s *Store) RevokedSince(ctx context.Context, since time.Time) ([]bus.Message, error) {
	var rows []sessionRow
	err := s.db.Read().SelectContext(ctx, &rows,
		`SELECT * FROM sessions WHERE revoked_at > ? ORDER BY revoked_at, id`, since.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("select revoked sessions: %w", err)
	}
	messages := make([]bus.Message, len(rows))
	for i, row := range rows {
		if messages[i], err = revocation(row.ID, row.session().RevokedAt); err != nil {
			return nil, err
		}
	}
	return messages, nil
}

// revocation is the message that a session was revoked at a time. The last of
// its access tokens can have been made just before.
func revocation(sessionID string, at time.Time) (bus.Message, error) {
	data, err := json.Marshal(events.SessionRevoked{SessionID: sessionID, ExpiresAt: at.Add(auth.TokenLife).UTC()})
	if err != nil {
		return bus.Message{}, fmt.Errorf("encode revocation: %w", err)
	}
	return bus.Message{ID: "revoked-" + sessionID, Subject: events.SessionSubject, Data: data}, nil
}
