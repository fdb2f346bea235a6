// Package sqldb opens a service's own database and hands out its connections.
//
// One SQLite file is two pools: one connection that writes, so that writers
// queue in Go and not on SQLITE_BUSY, and several that only read and, thanks to
// the write-ahead log, wait for nobody. Data flows
//
//	store ──WithTx──▶ writer (BEGIN IMMEDIATE … COMMIT, retried while busy)
//	store ──Read────▶ readers (query_only)
//
// A transaction that returned without error is on the disk (synchronous=FULL).
// Every statement is counted, so that a test can tell one statement for a batch
// from one for each entity.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

const (
	readers  = 4
	attempts = 8
	firstTry = 5 * time.Millisecond
	lastTry  = 250 * time.Millisecond
)

// DB is one SQLite file.
type DB struct {
	writer     *sqlx.DB
	readers    *sqlx.DB
	statements *meter
}

// Open opens the file at path and makes it, and its folder, when it is missing.
func Open(ctx context.Context, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	statements := new(meter)
	db := &DB{
		writer:     pool(path, statements, 1, url.Values{"_txlock": {"immediate"}}),
		readers:    pool(path, statements, readers, url.Values{"_query_only": {"1"}}),
		statements: statements,
	}
	// The writer goes first: it makes the file and turns on the write-ahead log.
	if err := errors.Join(db.writer.PingContext(ctx), db.readers.PingContext(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
	}
	return db, nil
}

func pool(path string, statements *meter, size int, options url.Values) *sqlx.DB {
	options.Set("_journal_mode", "WAL")
	options.Set("_synchronous", "FULL")
	options.Set("_busy_timeout", "5000")
	options.Set("_foreign_keys", "1")
	options.Set("_stmt_cache_size", "128") // a third of a short transaction was preparing
	file := (&url.URL{Path: path}).EscapedPath()
	opened := sql.OpenDB(connector{dsn: "file:" + file + "?" + options.Encode(), statements: statements})
	opened.SetMaxOpenConns(size)
	opened.SetMaxIdleConns(size)
	return sqlx.NewDb(opened, "sqlite3")
}

// Read is the pool for statements that change nothing.
func (db *DB) Read() *sqlx.DB { return db.readers }

// WithTx runs fn in a transaction that writes. It commits when fn returns nil,
// and rolls back when fn fails or panics. While another process holds the file
// it tries again for a while, so fn may run more than once: it changes nothing
// but the database, or sets its results anew each time.
func (db *DB) WithTx(ctx context.Context, fn func(ctx context.Context, tx *sqlx.Tx) error) error {
	pause := firstTry
	for attempt := 1; ; attempt++ {
		err := db.tryTx(ctx, fn)
		if err == nil || attempt == attempts || !busy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause/2)):
		}
		pause = min(2*pause, lastTry)
	}
}

func (db *DB) tryTx(ctx context.Context, fn func(context.Context, *sqlx.Tx) error) error {
	tx, err := db.writer.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := db.statements.ask(); err != nil {
		return fmt.Errorf("before commit: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if err := db.statements.ask(); err != nil {
		return fmt.Errorf("after commit: %w", err)
	}
	return nil
}

// Ping tells whether the database answers: for /readyz.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.readers.GetContext(ctx, &one, "SELECT 1"); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Statements is how many statements were run since Open. BEGIN, COMMIT and
// ROLLBACK do not count.
func (db *DB) Statements() int64 { return db.statements.count.Load() }

// Interpose has before called ahead of each statement and on both sides of each commit; its error
// is theirs, and nothing more is done. A test lets a service die there, wherever it is.
func (db *DB) Interpose(before func() error) { db.statements.before.Store(&before) }

// Close closes both pools.
func (db *DB) Close() error { return errors.Join(db.readers.Close(), db.writer.Close()) }

func busy(err error) bool {
	var failure sqlite3.Error
	return errors.As(err, &failure) &&
		(failure.Code == sqlite3.ErrBusy || failure.Code == sqlite3.ErrLocked)
}

// UniqueViolation returns the column ("users.email") of a UNIQUE or PRIMARY KEY
// constraint that err broke. Of several columns it is the first.
func UniqueViolation(err error) (column string, broken bool) {
	var failure sqlite3.Error
	if !errors.As(err, &failure) || failure.Code != sqlite3.ErrConstraint {
		return "", false
	}
	_, columns, found := strings.Cut(failure.Error(), "UNIQUE constraint failed: ")
	column, _, _ = strings.Cut(columns, ",")
	return column, found
}
