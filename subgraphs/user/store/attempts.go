package store

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	// forgetAfter is the time after which no rule needs a failed log-in any more.
	forgetAfter = 24 * time.Hour
	// maxFailures is the maximum number of names; the store keeps the names counted last. Each
	// accepted guess of a stranger with many addresses adds two names.
	maxFailures = 100_000
)

// CountAttempts reads the failures of the names, passes them to next, and stores its result.
func (s *Store) CountAttempts(
	ctx context.Context, names []string, next func([]account.Failures) []account.Failures,
) error {
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
		if _, err := tx.ExecContext(ctx, `DELETE FROM failed_logins WHERE last_at < ?`,
			last.Add(-forgetAfter).UnixMicro()); err != nil {
			return err
		}
		return s.boundFailures(ctx, tx)
	})
}

// boundFailures drops the least recently counted names if there are too many. The check scans the
// index, so only one in a hundred attempts makes it.
func (s *Store) boundFailures(ctx context.Context, tx *sqlx.Tx) error {
	const every = 100
	if s.attempts.Add(1)%every != 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM failed_logins WHERE last_at <=
		(SELECT last_at FROM failed_logins ORDER BY last_at DESC LIMIT 1 OFFSET ?)`, s.maxFailures)
	return err
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
	_, err := tx.ExecContext(ctx, `
		INSERT INTO failed_logins (account, failures, last_at) VALUES (?, ?, ?)
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

// AttemptSucceeded deletes the failures under the names in own, and subtracts one under each name
// in shared.
func (s *Store) AttemptSucceeded(ctx context.Context, own, shared []string) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		if err := forgetFailures(ctx, tx, own); err != nil {
			return err
		}
		if len(shared) == 0 {
			return nil
		}
		return execIn(ctx, tx, `UPDATE failed_logins SET failures = failures - 1
			WHERE failures > 0 AND account IN (?)`, shared)
	})
}

func forgetFailures(ctx context.Context, tx *sqlx.Tx, names []string) error {
	if len(names) == 0 {
		return nil
	}
	return execIn(ctx, tx, `DELETE FROM failed_logins WHERE account IN (?)`, names)
}

func execIn(ctx context.Context, tx *sqlx.Tx, statement string, values []string) error {
	query, args, err := sqlx.In(statement, values)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, query, args...)
	return err
}
