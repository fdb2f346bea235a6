package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// foldedName returns the form of a user's name that searches compare. The domain folds the search
// text in the same way.
func foldedName(first, last string) string { return typed.Fold(first + " " + last) }

// foldNames updates the folded names and addresses of users stored by older versions, in batches.
// Once that is done, it costs one index look-up.
func foldNames(ctx context.Context, db *sqldb.DB) error {
	const together = 500
	for {
		var rows []userRow
		if err := db.Read().SelectContext(ctx, &rows,
			`SELECT * FROM users WHERE name_folded IS NULL ORDER BY id LIMIT ?`, together); err != nil {
			return fmt.Errorf("select names to fold: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		err := db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
			for _, r := range rows {
				if err := foldUser(ctx, tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("fold names: %w", err)
		}
	}
}

// foldUser updates a user's folded name and address. If two accounts turn out to have the same
// address, it stays with the account whose address already had this form or, if neither had, with
// the older account. The other account can still log in by username.
func foldUser(ctx context.Context, tx *sqlx.Tx, r userRow) error {
	if _, err := tx.ExecContext(ctx, `UPDATE users SET name_folded = ? WHERE id = ?`,
		foldedName(r.FirstName, r.LastName), r.ID); err != nil {
		return err
	}
	folded := typed.Login(r.Email)
	if folded == r.EmailFolded {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE users SET email_folded = ? WHERE id = ?
		AND NOT EXISTS (SELECT 1 FROM users WHERE email_folded = ?)`, folded, r.ID, folded)
	return err
}
