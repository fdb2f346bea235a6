package sqldb

import (
	"context"
	"io"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Dialect is the SQL that a database speaks, and the folder of its migrations.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// YearOf is the expression for the year, in UTC, of microseconds since 1970.
func (d Dialect) YearOf(micros string) string {
	if d == Postgres {
		return "CAST(extract(year FROM to_timestamp(" + micros + " / 1000000) AT TIME ZONE 'UTC') AS BIGINT)"
	}
	return "CAST(strftime('%Y', " + micros + " / 1000000, 'unixepoch') AS INTEGER)"
}

// engine is what is behind a DB: all that its users need not know.
type engine interface {
	dialect() Dialect
	// String names the database, without passwords.
	String() string
	// exists is nil if there is something to open.
	exists(context.Context) error
	// prepare makes what has to be there before the first connection.
	prepare(context.Context) error
	// claim makes this process the one that serves the database, until the claim is closed.
	claim() (io.Closer, error)
	// pools opens the two pools, whose connections pass the meter.
	pools(*meter) (writer, readers *sqlx.DB)
	// enter is the first thing in a transaction that writes: beside others, or alone, once all others
	// have ended.
	enter(ctx context.Context, tx *sqlx.Tx, alone bool) error
	alone(ctx context.Context, writer *sqlx.DB, name string, fn func(context.Context) error) error
}

func engineOf(database string) (engine, error) {
	if strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") {
		return newServer(database)
	}
	return file(database), nil
}

// cameBetween tells an error of a transaction that may succeed if it is run again.
func cameBetween(err error) bool { return fileBusy(err) || notSerializable(err) }

// UniqueViolation returns the column ("users.email") of a UNIQUE or PRIMARY KEY
// constraint that err broke. Of several columns it is the first.
func UniqueViolation(err error) (column string, broken bool) {
	if column, broken = fileUnique(err); !broken {
		column, broken = serverUnique(err)
	}
	return column, broken
}
