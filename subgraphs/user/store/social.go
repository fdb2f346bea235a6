package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// AddSocialAttempt stores an attempt, and deletes expired ones.
func (s *Store) AddSocialAttempt(
	ctx context.Context, a account.SocialAttempt, now time.Time,
) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		const forget = `DELETE FROM social_attempts WHERE expires_at <= ?`
		if _, err := tx.ExecContext(ctx, forget, now.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO social_attempts (state, provider, nonce, verifier, expires_at)
			VALUES (?, ?, ?, ?, ?)`,
			a.State, a.Provider, a.Nonce, a.Verifier, a.ExpiresAt.UnixMicro())
		return err
	})
}

// TakeSocialAttempt returns an attempt and deletes it.
func (s *Store) TakeSocialAttempt(
	ctx context.Context, state string, now time.Time,
) (account.SocialAttempt, error) {
	a := account.SocialAttempt{State: state}
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var expires int64
		err := tx.QueryRowxContext(ctx, `
			DELETE FROM social_attempts WHERE state = ? AND expires_at > ?
			RETURNING provider, nonce, verifier, expires_at`, state, now.UnixMicro()).
			Scan(&a.Provider, &a.Nonce, &a.Verifier, &expires)
		a.ExpiresAt = time.UnixMicro(expires).UTC()
		return found(err)
	})
	return a, err
}

// UserByIdentity returns the user with an identity.
func (s *Store) UserByIdentity(
	ctx context.Context, provider, subject string,
) (account.User, error) {
	var row userRow
	err := s.db.Read().GetContext(ctx, &row, `
		SELECT u.* FROM users u JOIN social_identities i ON i.user_id = u.id
		WHERE i.provider = ? AND i.subject = ?`, provider, subject)
	return row.user(), found(err)
}

// LinkIdentity adds an identity to a user.
func (s *Store) LinkIdentity(ctx context.Context, i account.SocialIdentity) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error { return link(ctx, tx, i) })
}

func link(ctx context.Context, tx *sqlx.Tx, i account.SocialIdentity) error {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO social_identities (provider, subject, user_id, email, created_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT (provider, subject) DO NOTHING`,
		i.Provider, i.Subject, i.UserID, i.Email, i.LinkedAt.UnixMicro())
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	if added, err := result.RowsAffected(); added == 0 || err != nil {
		return err
	}
	return addEvent(ctx, tx, i.UserID, account.SocialLinked, i.UserID, i.LinkedAt)
}

// CreateSocialUser adds a user with an identity and, if p is set, a mail to the user.
func (s *Store) CreateSocialUser(
	ctx context.Context, u account.User, i account.SocialIdentity, p *account.TokenMail,
) (account.Taken, error) {
	var taken account.Taken
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) (err error) {
		taken, err = addUser(ctx, tx, u)
		if err != nil || taken.Username || taken.Email {
			return err
		}
		if p != nil {
			if err := addMail(ctx, tx, *p); err != nil {
				return err
			}
		}
		return link(ctx, tx, i)
	})
	return taken, err
}

// UnlinkIdentity deletes a user's identities at a provider.
func (s *Store) UnlinkIdentity(
	ctx context.Context, u account.Unlinking, may func(account.User, []account.SocialIdentity) bool,
) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var of userRow
		if err := tx.GetContext(ctx, &of, `SELECT * FROM users WHERE id = ?`, u.UserID); err != nil {
			return found(err)
		}
		var rows []identityRow
		const linked = `SELECT * FROM social_identities WHERE user_id = ?
			ORDER BY created_at, provider, subject`
		if err := tx.SelectContext(ctx, &rows, linked, u.UserID); err != nil {
			return err
		}
		left := []account.SocialIdentity{}
		for _, r := range rows {
			if r.Provider != u.Provider {
				left = append(left, r.identity())
			}
		}
		if len(left) == len(rows) || !may(of.user(), left) {
			return nil
		}
		const unlink = `DELETE FROM social_identities WHERE user_id = ? AND provider = ?`
		if _, err := tx.ExecContext(ctx, unlink, u.UserID, u.Provider); err != nil {
			return err
		}
		return addEvent(ctx, tx, u.UserID, account.SocialUnlinked, u.UserID, u.At)
	})
}

type identityRow struct {
	Provider  string `db:"provider"`
	Subject   string `db:"subject"`
	UserID    string `db:"user_id"`
	Email     string `db:"email"`
	CreatedAt int64  `db:"created_at"`
}

func (r identityRow) identity() account.SocialIdentity {
	return account.SocialIdentity{
		Provider: r.Provider, Subject: r.Subject, UserID: r.UserID, Email: r.Email,
		LinkedAt: time.UnixMicro(r.CreatedAt).UTC(),
	}
}

// IdentitiesOf returns the identities of users, in one statement.
func (s *Store) IdentitiesOf(
	ctx context.Context, userIDs []string,
) (map[string][]account.SocialIdentity, error) {
	if len(userIDs) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT * FROM social_identities WHERE user_id IN (?)
		ORDER BY created_at, provider, subject`, userIDs)
	if err != nil {
		return nil, err
	}
	var rows []identityRow
	if err := s.db.Read().SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("select identities: %w", err)
	}
	identities := map[string][]account.SocialIdentity{}
	for _, r := range rows {
		identities[r.UserID] = append(identities[r.UserID], r.identity())
	}
	return identities, nil
}
