package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const searched = `(username LIKE ? ESCAPE '\' OR email_folded LIKE ? ESCAPE '\'
	OR name_folded LIKE ? ESCAPE '\')`

// ListUsers returns users, newest first: ids sort by creation time.
func (s *Store) ListUsers(ctx context.Context, l account.Listing) ([]*account.User, error) {
	condition, args := matching(l.Search)
	if l.After != nil {
		condition += ` AND id < ?`
		args = append(args, l.After.ID)
	}
	var rows []userRow
	err := s.db.Read().SelectContext(ctx, &rows,
		`SELECT * FROM users WHERE `+condition+` ORDER BY id DESC LIMIT ?`, append(args, l.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("select users: %w", err)
	}
	return users(rows), nil
}

// CountUsers returns how many users a search finds.
func (s *Store) CountUsers(ctx context.Context, search string) (int, error) {
	condition, args := matching(search)
	var count int
	err := s.db.Read().GetContext(ctx, &count, `SELECT count(*) FROM users WHERE `+condition, args...)
	return count, err
}

// matching returns the condition that a user's username, address or name contains the text.
func matching(search string) (condition string, args []any) {
	if search == "" {
		return `1 = 1`, nil
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(search) + "%"
	return searched, []any{pattern, pattern, pattern}
}

func users(rows []userRow) []*account.User {
	list := make([]*account.User, len(rows))
	for i, row := range rows {
		list[i] = new(row.user())
	}
	return list
}

// SetRole sets a user's role and ends the user's sessions.
func (s *Store) SetRole(ctx context.Context, c account.RoleChange) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var before auth.Role
		const role = `SELECT role FROM users WHERE id = ?`
		if err := tx.GetContext(ctx, &before, role, c.UserID); err != nil {
			return found(err)
		}
		if before == c.Role {
			return nil
		}
		// The statement itself checks this: two admins who demote each other at the same time
		// cannot both succeed.
		result, err := tx.ExecContext(ctx, `UPDATE users SET role = ? WHERE id = ? AND (
			role <> 'ADMIN' OR EXISTS (SELECT 1 FROM users WHERE role = 'ADMIN' AND id <> ?))`,
			c.Role, c.UserID, c.UserID)
		if err != nil {
			return err
		}
		if changed, err := result.RowsAffected(); changed == 0 || err != nil {
			return cmp.Or(err, account.ErrLastAdmin)
		}
		if _, err := s.revoke(ctx, tx, c.At, `user_id = ?`, c.UserID); err != nil {
			return err
		}
		return addEvent(ctx, tx, c.UserID, account.RoleChanged, c.ActorID, c.At)
	})
}
