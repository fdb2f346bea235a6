package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

type sessionRow struct {
	ID        string        `db:"id"`
	UserID    string        `db:"user_id"`
	Kind      account.Kind  `db:"kind"`
	CreatedAt int64         `db:"created_at"`
	ExpiresAt int64         `db:"expires_at"`
	RevokedAt sql.NullInt64 `db:"revoked_at"`
	Family    []byte        `db:"family"`
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

// keepRevoked is how long a revoked session is kept: longer than its tokens could be valid, and
// longer than the other services need to learn of it.
const keepRevoked = 6 * auth.TokenLife

// CreateSession adds a session with its first refresh token, ends the sessions in excess of most,
// and deletes old ones, which nothing reads any more.
func (s *Store) CreateSession(
	ctx context.Context, session account.Session, first account.RefreshToken, device account.Device,
	most int,
) error {
	now := session.CreatedAt
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		if err := sweep(ctx, tx, now); err != nil {
			return err
		}
		if _, err := s.revoke(ctx, tx, now, `user_id = ? AND id NOT IN (
			SELECT id FROM sessions WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?
			ORDER BY expires_at DESC, id DESC LIMIT ?)`,
			session.UserID, session.UserID, now.UnixMicro(), most-1); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO sessions (id, user_id, kind, created_at, expires_at, family)
			VALUES (?, ?, ?, ?, ?, ?)`, session.ID, session.UserID, session.Kind,
			now.UnixMicro(), session.ExpiresAt.UnixMicro(), first.Family); err != nil {
			return err
		}
		if err := addEvent(ctx, tx, session.UserID, account.LoggedIn, session.UserID, now); err != nil {
			return err
		}
		if err := keepDevice(ctx, tx, device); err != nil {
			return err
		}
		return addRefreshToken(ctx, tx, session.ID, first)
	})
}

// sweep deletes rows that nothing reads any more. Each log-in sweeps, so each has little to do.
func sweep(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
	for _, over := range []struct {
		statement string
		before    time.Time
	}{
		{`DELETE FROM sessions WHERE expires_at < ?`, now},
		{`DELETE FROM sessions WHERE revoked_at < ?`, now.Add(-keepRevoked)},
		{`DELETE FROM account_events WHERE at < ?`, now.Add(-keepEvents)},
		{`DELETE FROM devices WHERE used_at < ?`, now.Add(-account.DeviceLife)},
	} {
		if _, err := tx.ExecContext(ctx, over.statement, over.before.UnixMicro()); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}

func addRefreshToken(
	ctx context.Context, tx *sqlx.Tx, sessionID string, t account.RefreshToken,
) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES (?, ?, ?)`,
		t.Hash, sessionID, t.CreatedAt.UnixMicro())
	return err
}

// SessionByID returns a session.
func (s *Store) SessionByID(ctx context.Context, id string) (account.Session, error) {
	var row sessionRow
	err := s.db.Read().GetContext(ctx, &row, `SELECT * FROM sessions WHERE id = ?`, id)
	return row.session(), found(err)
}

// SessionsOf returns the live sessions of users, in one statement.
func (s *Store) SessionsOf(
	ctx context.Context, userIDs []string, now time.Time,
) (map[string][]account.Session, error) {
	if len(userIDs) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT * FROM sessions
		WHERE user_id IN (?) AND revoked_at IS NULL AND expires_at > ? ORDER BY id DESC`,
		userIDs, now.UnixMicro())
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

// Rotate passes the session of a refresh token to decide, and applies the result.
func (s *Store) Rotate(ctx context.Context, presented account.RefreshToken,
	decide func(account.Session, account.RefreshToken) account.Rotation,
) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		session, known, err := find(ctx, tx, presented)
		if err != nil {
			return err
		}
		rotation := decide(session, known)
		switch {
		case rotation.Revoke:
			_, err = s.revoke(ctx, tx, rotation.At, `id = ?`, session.ID)
			if err == nil {
				err = addEvent(ctx, tx, session.UserID, account.TokenReused, "", rotation.At)
			}
		case rotation.Next != nil:
			err = replace(ctx, tx, session.ID, known.Hash, rotation)
		}
		return err
	})
}

// find returns the session of a token: by the token's hash or, if that is no longer stored, by
// the token's family. Of the tokens no longer stored, it recognises the second-latest, whose hash
// is stored with the latest.
func find(
	ctx context.Context, tx *sqlx.Tx, t account.RefreshToken,
) (account.Session, account.RefreshToken, error) {
	var row struct {
		sessionRow
		TokenCreatedAt sql.NullInt64 `db:"token_created_at"`
		Used           bool          `db:"used"`
		Salt           []byte        `db:"salt"`
		Client         []byte        `db:"client"`
	}
	const columns = `s.*, t.created_at AS token_created_at, t.salt, t.client, `
	err := found(tx.GetContext(ctx, &row, `SELECT `+columns+`t.used_at IS NOT NULL AS used
		FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?`, t.Hash))
	if errors.Is(err, account.ErrNotFound) {
		err = found(tx.GetContext(ctx, &row, `SELECT `+columns+`1 = 1 AS used FROM sessions s
			LEFT JOIN refresh_tokens t ON t.session_id = s.id AND t.previous = ? WHERE s.family = ?`,
			t.Hash, t.Family))
	}
	t.Used = row.Used
	if row.TokenCreatedAt.Valid {
		t.CreatedAt = time.UnixMicro(row.TokenCreatedAt.Int64).UTC()
	}
	if row.Salt != nil {
		t.Handover = &account.Handover{Salt: row.Salt, Client: row.Client}
	}
	return row.session(), t, err
}

// replace stores the next token in place of the used one.
func replace(
	ctx context.Context, tx *sqlx.Tx, sessionID string, used []byte, r account.Rotation,
) error {
	h := cmp.Or(r.Next.Handover, &account.Handover{})
	if _, err := tx.ExecContext(ctx, `UPDATE refresh_tokens
		SET hash = ?, created_at = ?, previous = ?, salt = ?, client = ? WHERE hash = ?`,
		r.Next.Hash, r.Next.CreatedAt.UnixMicro(), used, h.Salt, h.Client, used); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE sessions SET expires_at = ?, family = ? WHERE id = ?`,
		r.ExpiresAt.UnixMicro(), r.Next.Family, sessionID)
	return err
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

// revoke ends live sessions, and adds a message for each to the outbox.
func (s *Store) revoke(
	ctx context.Context, tx *sqlx.Tx, now time.Time, condition string, values ...any,
) ([]sessionRow, error) {
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

// revocation returns the message that a session was revoked. It expires with the last access
// token, which may have been issued just before.
func revocation(sessionID string, at time.Time) (bus.Message, error) {
	expires := at.Add(auth.TokenLife).UTC()
	data, err := json.Marshal(events.SessionRevoked{SessionID: sessionID, ExpiresAt: expires})
	if err != nil {
		return bus.Message{}, fmt.Errorf("encode revocation: %w", err)
	}
	return bus.Message{ID: "revoked-" + sessionID, Subject: events.SessionSubject, Data: data}, nil
}
