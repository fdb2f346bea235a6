package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// AddMail stores a mail to send, unless a similar one was added a moment before.
func (s *Store) AddMail(ctx context.Context, p account.TokenMail) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		return addMail(ctx, tx, p)
	})
}

func addMail(ctx context.Context, tx *sqlx.Tx, p account.TokenMail) error {
	t := p.Token
	created, expires := t.CreatedAt.UnixMicro(), t.ExpiresAt.UnixMicro()
	const forget = `DELETE FROM letter_tokens WHERE expires_at < ?`
	if _, err := tx.ExecContext(ctx, forget, created); err != nil {
		return err
	}
	var recent bool
	err := tx.GetContext(ctx, &recent,
		`SELECT EXISTS (SELECT 1 FROM letter_tokens
			WHERE user_id = ? AND purpose = ? AND created_at > ? AND used_at IS NULL)`,
		t.UserID, t.Purpose, t.CreatedAt.Add(-p.Pause).UnixMicro())
	if recent || err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO letter_tokens (hash, user_id, purpose, email, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)`, t.Hash, t.UserID, t.Purpose, t.Email, created, expires)
	if err != nil {
		return err
	}
	m := p.Mail
	_, err = tx.ExecContext(ctx, `
		INSERT INTO letters (id, recipient, subject, body, due_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)`, m.ID, m.Recipient, m.Subject, m.Body, created, expires)
	if err != nil {
		return err
	}
	if p.Event == nil {
		return nil
	}
	return addEvent(ctx, tx, p.Event.UserID, p.Event.Kind, "", p.Event.At) // nobody was logged in
}

type tokenRow struct {
	Hash      []byte          `db:"hash"`
	UserID    string          `db:"user_id"`
	Purpose   account.Purpose `db:"purpose"`
	Email     string          `db:"email"`
	CreatedAt int64           `db:"created_at"`
	ExpiresAt int64           `db:"expires_at"`
	UsedAt    *int64          `db:"used_at"`
}

func (r tokenRow) token() account.MailToken {
	return account.MailToken{
		Hash: r.Hash, UserID: r.UserID, Purpose: r.Purpose, Email: r.Email,
		CreatedAt: time.UnixMicro(r.CreatedAt).UTC(), ExpiresAt: time.UnixMicro(r.ExpiresAt).UTC(),
		IsUsed: r.UsedAt != nil,
	}
}

// MailToken returns a token that has not expired.
func (s *Store) MailToken(
	ctx context.Context, hash []byte, purpose account.Purpose, now time.Time,
) (account.MailToken, error) {
	return mailToken(ctx, s.db.Read(), hash, purpose, now)
}

func mailToken(
	ctx context.Context, db sqlx.QueryerContext, hash []byte, purpose account.Purpose, now time.Time,
) (account.MailToken, error) {
	var row tokenRow
	const query = `SELECT * FROM letter_tokens WHERE hash = ? AND purpose = ? AND expires_at > ?`
	err := sqlx.GetContext(ctx, db, &row, query, hash, purpose, now.UnixMicro())
	return row.token(), found(err)
}

// takeToken uses up a token. The row stays until the token expires, so that a repetition is
// recognized.
func takeToken(
	ctx context.Context, tx *sqlx.Tx, hash []byte, purpose account.Purpose, now time.Time,
) (account.MailToken, error) {
	var row tokenRow
	err := tx.GetContext(ctx, &row, `UPDATE letter_tokens SET used_at = ?
		WHERE hash = ? AND purpose = ? AND expires_at > ? AND used_at IS NULL RETURNING *`,
		now.UnixMicro(), hash, purpose, now.UnixMicro())
	return row.token(), found(err)
}

// VerifyEmail verifies the address that a token proves. A repetition changes nothing.
func (s *Store) VerifyEmail(ctx context.Context, hash []byte, now time.Time) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		token, err := mailToken(ctx, tx, hash, account.VerifyEmail, now)
		if err != nil {
			return err
		}
		verified, err := verify(ctx, tx, token, now)
		if err != nil || !verified {
			return err
		}
		return addEvent(ctx, tx, token.UserID, account.EmailVerified, token.UserID, now)
	})
}

// verify marks the user's address as verified, if it still is the token's address. It returns
// false if it was verified before.
func verify(
	ctx context.Context, tx *sqlx.Tx, token account.MailToken, now time.Time,
) (bool, error) {
	result, err := tx.ExecContext(ctx, `UPDATE users SET email_verified_at = ?
		WHERE id = ? AND email = ? AND email_verified_at IS NULL`,
		now.UnixMicro(), token.UserID, token.Email)
	if err != nil {
		return false, fmt.Errorf("verify: %w", err)
	}
	changed, err := result.RowsAffected()
	return changed > 0, err
}

// Alone runs fn while no other process sends mails.
func (s *Store) Alone(ctx context.Context, fn func(context.Context) error) error {
	return s.db.Alone(ctx, "letters", fn)
}

// DueMails returns up to limit due mails: first those never tried, then those due longest.
func (s *Store) DueMails(
	ctx context.Context, now time.Time, limit int,
) ([]account.Mail, error) {
	var rows []mailRow
	err := s.db.Read().SelectContext(ctx, &rows, `
		SELECT id, recipient, subject, body, attempts, expires_at FROM letters
		WHERE due_at <= ? AND expires_at > ? ORDER BY attempts > 0, due_at, id LIMIT ?`,
		now.UnixMicro(), now.UnixMicro(), limit)
	if err != nil {
		return nil, fmt.Errorf("select mails: %w", err)
	}
	mails := make([]account.Mail, len(rows))
	for i, r := range rows {
		mails[i] = account.Mail{
			ID: r.ID, Recipient: r.Recipient, Subject: r.Subject, Body: r.Body, Attempts: r.Attempts,
			ExpiresAt: time.UnixMicro(r.ExpiresAt).UTC(),
		}
	}
	return mails, nil
}

type mailRow struct {
	ID        string `db:"id"`
	Recipient string `db:"recipient"`
	Subject   string `db:"subject"`
	Body      string `db:"body"`
	Attempts  int    `db:"attempts"`
	ExpiresAt int64  `db:"expires_at"`
}

// DropMails deletes expired mails and returns how many.
func (s *Store) DropMails(ctx context.Context, now time.Time) (dropped int, err error) {
	err = s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM letters WHERE expires_at <= ?`, now.UnixMicro())
		if err != nil {
			return err
		}
		count, err := result.RowsAffected()
		dropped = int(count)
		return err
	})
	return dropped, err
}

// DeleteMail deletes a mail, because it contains a secret token.
func (s *Store) DeleteMail(ctx context.Context, id string) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM letters WHERE id = ?`, id)
		return err
	})
}

// ScheduleMail stores a mail's number of attempts and when it is due again.
func (s *Store) ScheduleMail(ctx context.Context, id string, attempts int, due time.Time) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE letters SET attempts = ?, due_at = ? WHERE id = ?`,
			attempts, due.UnixMicro(), id)
		return err
	})
}
