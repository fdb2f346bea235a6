package sqldb

import (
	"context"
	"io"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Dialect is the SQL dialect of a database, and the folder of its migrations.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// YearOf returns an SQL expression for the year, in UTC, of a time in microseconds since 1970.
func (d Dialect) YearOf(micros string) string {
	if d == Postgres {
		return "CAST(extract(year FROM to_timestamp(" + micros + " / 1000000) " +
			"AT TIME ZONE 'UTC') AS BIGINT)"
	}
	return "CAST(strftime('%Y', " + micros + " / 1000000, 'unixepoch') AS INTEGER)"
}

// engine is the database behind a DB.
type engine interface {
	dialect() Dialect
	// String returns the database's name without passwords.
	String() string
	// exists returns nil if the database exists.
	exists(context.Context) error
	// prepare creates what the first connection needs.
	prepare(context.Context) error
	// claim makes this process the only one that serves the database, until the claim is closed.
	claim() (io.Closer, error)
	// pools opens the two pools. The meter counts the statements of their connections.
	pools(*meter) (writer, readers *sqlx.DB)
	// enter is the first step of a transaction that writes. If alone is set, it waits until all
	// other writing transactions have ended, and keeps new ones out.
	enter(ctx context.Context, tx *sqlx.Tx, alone bool) error
	alone(ctx context.Context, writer *sqlx.DB, name string, fn func(context.Context) error) error
}

func engineOf(database string) (engine, error) {
	if strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") {
		return newServer(database)
	}
	return file(database), nil
}

// isConflict reports whether a transaction failed because of another one. It may succeed when it
// runs again.
func isConflict(err error) bool { return fileBusy(err) || notSerializable(err) }

// UniqueViolation returns the column ("users.email") of the UNIQUE or PRIMARY KEY constraint that
// err violates. If the constraint has several columns, it returns the first.
func UniqueViolation(err error) (column string, broken bool) {
	if column, broken = fileUnique(err); !broken {
		column, broken = serverUnique(err)
	}
	return column, broken
}
