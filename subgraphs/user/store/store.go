// Package store keeps accounts, sessions and the signing keys in a database.
//
// It implements account.Store and token.KeyStore. The domain has the rules: a decision that must
// be made inside a transaction is passed in as a function. The transaction that revokes a session
// also adds the message to the outbox.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

//go:embed migrations
var migrations embed.FS

// Store is the database of the user service.
type Store struct {
	db     *sqldb.DB
	outbox *outbox.Outbox
	// attempts counts attempts since the start; one in a hundred deletes the failures in excess
	// of maxFailures.
	attempts    atomic.Int64
	maxFailures int
}

// New returns the store in db and brings its tables up to date.
func New(ctx context.Context, db *sqldb.DB, out *outbox.Outbox) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, migrations); err != nil {
		return nil, err
	}
	if err := foldNames(ctx, db); err != nil {
		return nil, err
	}
	return &Store{db: db, outbox: out, maxFailures: maxFailures}, nil
}

type userRow struct {
	ID              string        `db:"id"`
	Username        string        `db:"username"`
	Email           string        `db:"email"`
	EmailFolded     string        `db:"email_folded"`
	FirstName       string        `db:"first_name"`
	LastName        string        `db:"last_name"`
	PasswordHash    string        `db:"password_hash"`
	CreatedAt       int64         `db:"created_at"`
	Role            auth.Role     `db:"role"`
	EmailVerifiedAt sql.NullInt64 `db:"email_verified_at"`
	// NameFolded is null until New has folded the name.
	NameFolded sql.NullString `db:"name_folded"`
}

func (r userRow) user() account.User {
	u := account.User{
		ID: r.ID, Username: r.Username, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName,
		PasswordHash: r.PasswordHash, CreatedAt: time.UnixMicro(r.CreatedAt).UTC(), Role: r.Role,
	}
	if r.EmailVerifiedAt.Valid {
		u.EmailVerifiedAt = time.UnixMicro(r.EmailVerifiedAt.Int64).UTC()
	}
	return u
}

// CreateUser adds a user and a mail to the user, or reports which values are taken.
func (s *Store) CreateUser(
	ctx context.Context, u account.User, p account.TokenMail,
) (account.Taken, error) {
	var taken account.Taken
	err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) (err error) {
		taken, err = addUser(ctx, tx, u)
		if err != nil || taken.Username || taken.Email {
			return err
		}
		return addMail(ctx, tx, p)
	})
	return taken, err
}

// addUser adds a user, unless one of the user's values is taken.
func addUser(ctx context.Context, tx *sqlx.Tx, u account.User) (account.Taken, error) {
	row := rowOf(u)
	taken, err := takenIn(ctx, tx, row.Username, row.EmailFolded)
	if err != nil || taken.Username || taken.Email {
		return taken, err
	}
	if _, err := tx.NamedExecContext(ctx, `
		INSERT INTO users (id, username, email, email_folded, first_name, last_name,
			password_hash, created_at, role, email_verified_at, name_folded)
		VALUES (:id, :username, :email, :email_folded, :first_name, :last_name,
			:password_hash, :created_at, :role, :email_verified_at, :name_folded)`,
		row); err != nil {
		return taken, err
	}
	return taken, addEvent(ctx, tx, u.ID, account.Registered, u.ID, u.CreatedAt)
}

// Taken reports whether users have a username and an e-mail address, both folded.
func (s *Store) Taken(ctx context.Context, username, email string) (account.Taken, error) {
	return takenIn(ctx, s.db.Read(), username, email)
}

func takenIn(
	ctx context.Context, db sqlx.QueryerContext, username, email string,
) (taken account.Taken, err error) {
	err = db.QueryRowxContext(ctx, `SELECT
		EXISTS (SELECT 1 FROM users WHERE username = ?),
		EXISTS (SELECT 1 FROM users WHERE email_folded = ?)`,
		username, email).Scan(&taken.Username, &taken.Email)
	return taken, err
}

func rowOf(u account.User) userRow {
	return userRow{
		ID: u.ID, Username: u.Username, Email: u.Email, EmailFolded: typed.Login(u.Email),
		FirstName: u.FirstName, LastName: u.LastName,
		PasswordHash: u.PasswordHash, CreatedAt: u.CreatedAt.UnixMicro(), Role: u.Role,
		EmailVerifiedAt: sql.NullInt64{Int64: u.EmailVerifiedAt.UnixMicro(), Valid: u.EmailVerified()},
		NameFolded:      sql.NullString{String: foldedName(u.FirstName, u.LastName), Valid: true},
	}
}

// UserByLogin returns the user with a folded username or e-mail address. A username has no @, so
// at most one user matches.
func (s *Store) UserByLogin(ctx context.Context, login string) (account.User, error) {
	var row userRow
	err := s.db.Read().GetContext(ctx, &row,
		`SELECT * FROM users WHERE username = ? OR email_folded = ?`, login, login)
	return row.user(), found(err)
}

// UsersByID returns users, in one statement.
func (s *Store) UsersByID(ctx context.Context, ids []string) ([]account.User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT * FROM users WHERE id IN (?)`, ids)
	if err != nil {
		return nil, err
	}
	var rows []userRow
	if err := s.db.Read().SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("select users: %w", err)
	}
	users := make([]account.User, len(rows))
	for i, row := range rows {
		users[i] = row.user()
	}
	return users, nil
}

// found replaces sql.ErrNoRows by account.ErrNotFound.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return account.ErrNotFound
	}
	return err
}
