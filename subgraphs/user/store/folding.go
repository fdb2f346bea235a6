package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// foldedName is a user's name as a search compares it, whose text the domain has folded too.
func foldedName(first, last string) string { return typed.Fold(first + " " + last) }

// foldNames folds the names and addresses of the users who were there before they were folded as
// they are now, some at a time. Where that is done already it is one look into an index.
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

// foldUser folds a user's name and address. Of two accounts whose addresses turn out to be one,
// that keeps it whose address was in this form before or, if neither was, the older; the other is
// still found by its username.
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
