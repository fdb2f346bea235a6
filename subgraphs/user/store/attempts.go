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
func (s *Store) CountAttempt(ctx context.Context, name string, next func(account.Failures) account.Failures) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		past := account.Failures{}
		var last int64
		err := found(tx.QueryRowxContext(ctx, tx.Rebind(
			`SELECT failures, last_at FROM failed_logins WHERE account = ?`), name).Scan(&past.Count, &last))
		if err != nil && !errors.Is(err, account.ErrNotFound) {
			return err
		}
		if err == nil {
			past.Last = time.UnixMicro(last).UTC()
		}
		now := next(past)
		if _, err = tx.ExecContext(ctx, tx.Rebind(`DELETE FROM failed_logins WHERE last_at < ?`),
			now.Last.Add(-forgetAfter).UnixMicro()); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, tx.Rebind(`INSERT INTO failed_logins (account, failures, last_at) VALUES (?, ?, ?)
			ON CONFLICT (account) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at`),
			name, now.Count, now.Last.UnixMicro())
		return err
	})
}

// ForgetAttempts drops the failures of an account.
func (s *Store) ForgetAttempts(ctx context.Context, name string) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, tx.Rebind(`DELETE FROM failed_logins WHERE account = ?`), name)
		return err
	})
}
