// Package sqldbtest gives each test its own database.
//
// The database is a SQLite file. If TEST_POSTGRES_URL is set, it is a schema on that server, and
// is dropped when the test ends. So the same tests run on both:
//
//	go test ./subgraphs/user/...
//	TEST_POSTGRES_URL=postgres://shop@127.0.0.1:5432/postgres go test ./subgraphs/user/...
package sqldbtest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

const variable = "TEST_POSTGRES_URL"

// New returns the name of a new database, for sqldb.Open.
func New(t testing.TB) string {
	t.Helper()
	if !OnPostgres() {
		return filepath.Join(t.TempDir(), "test.db")
	}
	name := fresh()
	t.Cleanup(func() { exec(t, `DROP SCHEMA IF EXISTS `+name+` CASCADE`) })
	return with(t, func(u *url.URL) {
		query := u.Query()
		query.Set("search_path", name)
		u.RawQuery = query.Encode()
	})
}

// Shared returns the URL of a new Postgres database in which several services can have their
// schemas. It skips the test if TEST_POSTGRES_URL is not set.
func Shared(t testing.TB) string {
	t.Helper()
	if !OnPostgres() {
		t.Skip(variable + " is not set")
	}
	name := fresh()
	exec(t, `CREATE DATABASE `+name)
	t.Cleanup(func() { exec(t, `DROP DATABASE `+name+` WITH (FORCE)`) })
	return with(t, func(u *url.URL) { u.Path = "/" + name })
}

// OnPostgres reports whether the tests run on Postgres.
func OnPostgres() bool { return os.Getenv(variable) != "" }

// Open opens a new or existing database until the test ends.
func Open(t testing.TB, database string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// Hurt changes a database without its service, and without checks of foreign keys. On both
// databases, damage writes bytes as x'00'.
func Hurt(t testing.TB, database, damage string) {
	t.Helper()
	if OnPostgres() {
		damage = regexp.MustCompile(`\bx'((?:[0-9a-f]{2})*)'`).ReplaceAllString(damage, `'\x$1'`)
		execAt(t, database, `SET session_replication_role = replica; `+damage)
		return
	}
	hurtFile(t, database, damage)
}

func fresh() string { return "test_" + strings.ReplaceAll(uuid.NewString(), "-", "") }

func with(t testing.TB, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(os.Getenv(variable))
	require.NoError(t, err)
	change(u)
	return u.String()
}

func exec(t testing.TB, statement string) {
	t.Helper()
	execAt(t, os.Getenv(variable), statement)
}

func execAt(t testing.TB, database, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // a test's context ends before its cleanup
	conn, err := pgx.Connect(ctx, database)
	require.NoError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	require.NoError(t, err)
}
