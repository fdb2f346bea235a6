// Package sqldb opens a service's own database and runs transactions on it.
//
// A database is a SQLite file or a schema of a Postgres server. It has two connection pools: one
// for transactions that write, and one that only reads.
//
//	store ──WithTx──▶ writer  (BEGIN … COMMIT, run again after a conflict)
//	store ──Read────▶ readers (a read transaction sees one snapshot)
//
// Transactions that write are serializable on both databases: the result is as if they had run
// one after the other. SQLite has a single connection that writes. Postgres fails a transaction
// that conflicts with another one; WithTx runs it again, and after three failures makes the other
// writers wait for it. When WithTx returns nil, the changes are on the disk. Every statement is
// counted, so a test can check that a batch takes one statement instead of one for each entity.
//
// # How to write a statement for both
//
// Both databases run the same text, with ? for each value; the Postgres connection numbers the
// placeholders. This needs some care:
//
//   - In ON CONFLICT … DO UPDATE, write the table before a column that is read: t.n + 1 instead of
//     n + 1.
//   - Compare with NULL by IS DISTINCT FROM, convert a number to text with CAST(n AS TEXT) where
//     coalesce or UNION needs one type, and name each derived table: (SELECT …) AS t.
//   - Without ORDER BY, rows come in any order. This includes those of RETURNING.
//   - LIKE distinguishes capitals from small letters on Postgres, so fold both sides first.
//   - If two transactions change a row and add a message about it to the outbox, each changes the
//     row first: then the messages have the same order as the changes.
//   - After an error, a Postgres transaction can only end. Check whether a value is taken before
//     inserting it, or handle the error outside the transaction: UniqueViolation names the column
//     on both databases.
//   - Where the two need different SQL, one function of the store asks DB.Dialect.
//
// # How to write a migration for both
//
// A store embeds migrations/sqlite/00003_name.sql and migrations/postgres/00003_name.sql, each
// with Up and Down. The versions, tables and columns of both are equal: sqldbtest.Migrations
// checks this while it migrates up, down and up again. The types differ:
//
//	SQLite                     Postgres
//	INTEGER                    BIGINT: numbers, times in microseconds, and booleans as 0 and 1
//	TEXT                       TEXT COLLATE "C": sorted by bytes, as SQLite does
//	BLOB                       BYTEA
//	INTEGER PRIMARY KEY        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY
//	) STRICT;                  );
package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const (
	firstPause = 5 * time.Millisecond
	lastPause  = 250 * time.Millisecond
	// patience is how long WithTx keeps running a transaction that conflicts with others.
	patience = 10 * time.Second
	// sharedTries is how many times a transaction fails before the other writers wait for it.
	sharedTries = 3
)

// DB is a service's database.
type DB struct {
	engine     engine
	writer     *sqlx.DB
	readers    *sqlx.DB
	statements *meter
	signals    signals
	locks      locks
	claim      io.Closer // set by OpenToServe, otherwise nil
}

// Open opens a database, which is a postgres:// URL or the path of a SQLite file. It creates the
// file or the schema if it is missing.
func Open(ctx context.Context, database string) (*DB, error) {
	engine, err := engineOf(database)
	if err != nil {
		return nil, err
	}
	return open(ctx, engine)
}

// OpenToServe is Open for a process that serves the database until Close. Only one process can
// serve a SQLite file: a second call for the file fails, in any process, until the first one
// closes it or dies. Open and OpenExisting still work meanwhile, for commands. Any number of
// processes can serve a Postgres schema.
func OpenToServe(ctx context.Context, database string) (*DB, error) {
	engine, err := engineOf(database)
	if err != nil {
		return nil, err
	}
	claim, err := engine.claim()
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", engine, err)
	}
	db, err := open(ctx, engine)
	if err != nil {
		return nil, errors.Join(err, claim.Close())
	}
	db.claim = claim
	return db, nil
}

// OpenExisting is Open for a database that must already exist.
func OpenExisting(ctx context.Context, database string) (*DB, error) {
	engine, err := engineOf(database)
	if err != nil {
		return nil, err
	}
	if err := engine.exists(ctx); err != nil {
		return nil, fmt.Errorf("open database %s: %w", engine, err)
	}
	return open(ctx, engine)
}

func open(ctx context.Context, engine engine) (*DB, error) {
	if err := engine.prepare(ctx); err != nil {
		return nil, fmt.Errorf("open database %s: %w", engine, err)
	}
	statements := new(meter)
	writer, readers := engine.pools(statements)
	db := &DB{engine: engine, writer: writer, readers: readers, statements: statements}
	// The writer opens first: it creates SQLite's file and turns on the write-ahead log.
	if err := errors.Join(writer.PingContext(ctx), readers.PingContext(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", engine, err), db.Close())
	}
	return db, nil
}

// Dialect returns the SQL dialect of the database.
func (db *DB) Dialect() Dialect { return db.engine.dialect() }

// Read returns the pool for statements that change nothing.
func (db *DB) Read() *sqlx.DB { return db.readers }

// WithTx runs fn in a transaction that writes. It commits when fn returns nil, and rolls back
// when fn fails or panics. After a conflict with another transaction it runs fn again, for up to
// 10 seconds. So fn may run more than once: it changes nothing but the database, or sets its
// results afresh each time.
func (db *DB) WithTx(ctx context.Context, fn func(ctx context.Context, tx *sqlx.Tx) error) error {
	began := time.Now()
	for attempt := 1; ; attempt++ {
		err := db.tryTx(ctx, attempt > sharedTries, fn)
		if err == nil || !isConflict(err) || time.Since(began) > patience {
			return err
		}
		pause := repeat.Doubled(firstPause, attempt-1, lastPause)
		if err := repeat.Wait(ctx, pause/2+rand.N(pause/2)); err != nil {
			return err
		}
	}
}

func (db *DB) tryTx(
	ctx context.Context, alone bool, fn func(context.Context, *sqlx.Tx) error,
) error {
	tx, err := db.writer.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer db.signals.forget(tx)
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := db.engine.enter(ctx, tx, alone); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := db.statements.ask(); err != nil {
		return fmt.Errorf("before commit: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	db.signals.send(tx)
	if err := db.statements.ask(); err != nil {
		return fmt.Errorf("after commit: %w", err)
	}
	return nil
}

// AfterCommit sends a value to signal after tx, a transaction of WithTx, commits. The channel has
// room for one value. If it is full, nothing is sent; if tx rolls back, nothing is sent either.
func (db *DB) AfterCommit(tx *sqlx.Tx, signal chan<- struct{}) { db.signals.add(tx, signal) }

// Alone runs fn while nothing else of this name runs on the database. It waits until it can. On
// Postgres this holds across processes; a SQLite file belongs to one process.
func (db *DB) Alone(ctx context.Context, name string, fn func(context.Context) error) error {
	unlock, err := db.locks.lock(ctx, name)
	if err != nil {
		return err
	}
	defer unlock()
	return db.engine.alone(ctx, db.writer, name, fn)
}

// Ping reports whether the database answers reads. Use Probe to learn whether it takes writes.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.readers.GetContext(ctx, &one, "SELECT 1"); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Statements returns how many statements have run since Open. BEGIN, COMMIT and ROLLBACK do not
// count.
func (db *DB) Statements() int64 { return db.statements.count.Load() }

// Interpose makes the DB call before ahead of each statement, and before and after each commit.
// If before fails, the statement or transaction fails with that error and goes no further. A test
// uses it to stop a service at any of these points.
func (db *DB) Interpose(before func() error) { db.statements.before.Store(&before) }

// Close closes both pools and lets another process serve the database.
func (db *DB) Close() error {
	err := errors.Join(db.readers.Close(), db.writer.Close())
	if db.claim != nil {
		err = errors.Join(err, db.claim.Close())
	}
	return err
}
