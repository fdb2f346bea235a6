package store

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// forgetAfter is when a failed log-in is of no interest to any rule.
const forgetAfter = 24 * time.Hour

// CountAttempt keeps what next makes of the failures known so far.
func (s *Store) CountAttempt(ctx context.Context, a account.Attempt,
	next func(account, address account.Failures) (account.Failures, account.Failures),
) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		ofAccount, err := failures(ctx, tx, a.Account)
		if err != nil {
			return err
		}
		ofAddress, err := failures(ctx, tx, addressKey(a))
		if err != nil {
			return err
		}
		ofAccount, ofAddress = next(ofAccount, ofAddress)
		if _, err := tx.ExecContext(ctx, `DELETE FROM failed_logins WHERE last_at < ?`,
			later(ofAccount.Last, ofAddress.Last).Add(-forgetAfter).UnixMicro()); err != nil {
			return err
		}
		if err := keepFailures(ctx, tx, a.Account, ofAccount); err != nil || a.Address == "" {
			return err
		}
		return keepFailures(ctx, tx, addressKey(a), ofAddress)
	})
}

// addressKey is no name that anybody could have: it has a space.
func addressKey(a account.Attempt) string { return "address " + a.Address }

func failures(ctx context.Context, tx *sqlx.Tx, name string) (account.Failures, error) {
	past := account.Failures{}
	var last int64
	err := found(tx.QueryRowxContext(ctx,
		`SELECT failures, last_at FROM failed_logins WHERE account = ?`, name).Scan(&past.Count, &last))
	if errors.Is(err, account.ErrNotFound) {
		return account.Failures{}, nil
	}
	past.Last = time.UnixMicro(last).UTC()
	return past, err
}

func keepFailures(ctx context.Context, tx *sqlx.Tx, name string, f account.Failures) error {
	if f.Count == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO failed_logins (account, failures, last_at) VALUES (?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at`,
		name, f.Count, f.Last.UnixMicro())
	return err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// AttemptSucceeded drops the failures of the account, and one of the address.
func (s *Store) AttemptSucceeded(ctx context.Context, a account.Attempt) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM failed_logins WHERE account = ?`, a.Account); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`UPDATE failed_logins SET failures = failures - 1 WHERE account = ? AND failures > 0`, addressKey(a))
		return err
	})
}
