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

// CountAttempts keeps what next makes of the failures known so far.
func (s *Store) CountAttempts(ctx context.Context, names []string, next func([]account.Failures) []account.Failures) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		known := make([]account.Failures, len(names))
		for i, name := range names {
			var err error
			if known[i], err = failures(ctx, tx, name); err != nil {
				return err
			}
		}
		known = next(known)
		var last time.Time
		for i, name := range names {
			last = later(last, known[i].Last)
			if err := keepFailures(ctx, tx, name, known[i]); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM failed_logins WHERE last_at < ?`, last.Add(-forgetAfter).UnixMicro())
		return err
	})
}

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
func (s *Store) AttemptSucceeded(ctx context.Context, ofAccount, ofAddress string) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM failed_logins WHERE account = ?`, ofAccount); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`UPDATE failed_logins SET failures = failures - 1 WHERE account = ? AND failures > 0`, ofAddress)
		return err
	})
}
