package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

// foldedName is a user's name as a search compares it, whose text the domain has folded too.
func foldedName(first, last string) string { return strings.ToLower(first + " " + last) }

// foldNames folds the names of the users who were there before names were folded, some at a time. Where that is done
// already it is one look into an index.
func foldNames(ctx context.Context, db *sqldb.DB) error {
	const together = 500
	for {
		var rows []userRow
		if err := db.Read().SelectContext(ctx, &rows, `SELECT * FROM users WHERE name_folded IS NULL LIMIT ?`, together); err != nil {
			return fmt.Errorf("select names to fold: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		err := db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
			for _, r := range rows {
				if _, err := tx.ExecContext(ctx, `UPDATE users SET name_folded = ? WHERE id = ?`,
					foldedName(r.FirstName, r.LastName), r.ID); err != nil {
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
