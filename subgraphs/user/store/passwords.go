package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// SetPassword applies a password change.
func (s *Store) SetPassword(ctx context.Context, c account.PasswordChange) (ended int, err error) {
	err = s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		ended, err = s.setPassword(ctx, tx, c)
		return err
	})
	return ended, err
}

func (s *Store) setPassword(
	ctx context.Context, tx *sqlx.Tx, c account.PasswordChange,
) (ended int, err error) {
	const change = `UPDATE users SET password_hash = ? WHERE id = ?`
	if _, err := tx.ExecContext(ctx, change, c.Hash, c.UserID); err != nil {
		return 0, err
	}
	if err := forgetFailures(ctx, tx, c.Forget); err != nil {
		return 0, err
	}
	if err := changeDevices(ctx, tx, c); err != nil {
		return 0, err
	}
	// Reset mails requested before, perhaps by somebody who knew the old password, stop
	// working.
	if _, err := tx.ExecContext(ctx,
		`DELETE FROM letter_tokens WHERE user_id = ? AND purpose = ? AND used_at IS NULL`,
		c.UserID, account.ResetPassword); err != nil {
		return 0, err
	}
	others, err := s.revoke(ctx, tx, c.At, `user_id = ? AND id <> ?`, c.UserID, c.KeepSession)
	if err != nil {
		return 0, err
	}
	return len(others), addEvent(ctx, tx, c.UserID, c.Kind, c.ActorID, c.At)
}

// ReplaceHash replaces one hash of a password by another.
func (s *Store) ReplaceHash(ctx context.Context, userID, old, hash string) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE users SET password_hash = ?
			WHERE id = ? AND password_hash = ?`, hash, userID, old)
		return err
	})
}

// AddResetRequest stores a request until it is answered.
func (s *Store) AddResetRequest(ctx context.Context, login string, at time.Time) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO reset_requests (login, at) VALUES (?, ?) ON CONFLICT (login) DO NOTHING`,
			login, at.UnixMicro())
		return err
	})
}

// OldestResetRequest returns the login of the oldest request.
func (s *Store) OldestResetRequest(ctx context.Context) (string, error) {
	var login string
	const query = `SELECT login FROM reset_requests ORDER BY at, login LIMIT 1`
	err := s.db.Read().GetContext(ctx, &login, query)
	return login, found(err)
}

// DropResetRequest deletes a request.
func (s *Store) DropResetRequest(ctx context.Context, login string) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM reset_requests WHERE login = ?`, login)
		return err
	})
}

// ResetPassword applies a change that a mail's token allows. The mail arrived, so the address
// belongs to the user.
func (s *Store) ResetPassword(
	ctx context.Context, tokenHash []byte, c account.PasswordChange,
) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		token, err := takeToken(ctx, tx, tokenHash, account.ResetPassword, c.At)
		if err != nil {
			return err
		}
		verified, err := verify(ctx, tx, token, c.At)
		if err != nil {
			return err
		}
		if verified { // somebody else may have created the account
			const unlink = `DELETE FROM social_identities WHERE user_id = ?`
			if _, err := tx.ExecContext(ctx, unlink, token.UserID); err != nil {
				return err
			}
		}
		_, err = s.setPassword(ctx, tx, c)
		return err
	})
}
