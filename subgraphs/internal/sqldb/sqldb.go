// Package sqldb opens a service's own database and hands out its connections.
//
// A database is a SQLite file or a schema of a Postgres server, and is two pools: one whose
// transactions write, and one that only reads. Data flows
//
//	store ──WithTx──▶ writer  (BEGIN … COMMIT, run again when another one came between)
//	store ──Read────▶ readers (a transaction of theirs sees one moment)
//
// On both, transactions that write are serializable: as if each had the database to itself. SQLite
// has one connection that writes; Postgres refuses what would not fit, and it is run again, after a
// few times alone. A transaction that returned without error is on the disk. Every statement is
// counted, so that a test can tell one statement for a batch from one for each entity.
//
// # How to write a statement for both
//
// One text, with ? for each value, serves both; the connection numbers them for Postgres. So:
//
//   - A condition on a column that ON CONFLICT … DO UPDATE reads names the table: t.n + 1, not n + 1.
//   - IS DISTINCT FROM compares with NULL, CAST(n AS TEXT) makes a text of a number where coalesce
//     or UNION wants one type, and a derived table has a name: (SELECT …) AS t.
//   - What was in no ORDER BY comes in any order, that of RETURNING too.
//   - LIKE tells capitals from small letters on Postgres, so compare what was folded before.
//   - What has to follow another writer of the same row in the outbox changes that row first:
//     messages have the order in which they were added.
//   - After an error a transaction can only end: ask for what is taken before adding it, or take the
//     error outside, where UniqueViolation tells the column on both.
//   - Where there is no common word, ask DB.Dialect in one function of the store.
//
// # How to write a migration for both
//
// A store embeds migrations/sqlite/00003_name.sql and migrations/postgres/00003_name.sql, each with
// Up and Down, and has the versions, tables and columns equal: sqldbtest.Migrations checks that, up,
// down and up again. The words that differ:
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
)

const (
	firstPause = 5 * time.Millisecond
	lastPause  = 250 * time.Millisecond
	// patience is for how long a transaction is run again that others come between.
	patience = 10 * time.Second
	// politeness is how often a transaction fails before the others have to wait for it.
	politeness = 3
)

// DB is a service's database.
type DB struct {
	engine     engine
	writer     *sqlx.DB
	readers    *sqlx.DB
	statements *meter
	bells      bells
	turns      turns
	claim      io.Closer // of OpenToServe; nil otherwise
}

// Open opens the database: postgres://… or the path of a file. It makes what is missing of it.
func Open(ctx context.Context, database string) (*DB, error) {
	engine, err := engineOf(database)
	if err != nil {
		return nil, err
	}
	return open(ctx, engine)
}

// OpenToServe is Open for a process that serves the database until Close. A SQLite file has one such
// process: a second call for the file fails, in this process and in any other, until the first one
// closes it or dies. Open and OpenExisting work beside it, for commands. A Postgres schema has any
// number.
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

// OpenExisting is Open for a database that is there already.
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
	// The writer goes first: it makes SQLite's file and turns on the write-ahead log.
	if err := errors.Join(writer.PingContext(ctx), readers.PingContext(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", engine, err), db.Close())
	}
	return db, nil
}

// Dialect tells which SQL the database speaks.
func (db *DB) Dialect() Dialect { return db.engine.dialect() }

// Read is the pool for statements that change nothing.
func (db *DB) Read() *sqlx.DB { return db.readers }

// WithTx runs fn in a transaction that writes. It commits when fn returns nil, and rolls back when
// fn fails or panics. When another transaction came between it tries again for a while, so fn may
// run more than once: it changes nothing but the database, or sets its results anew each time.
func (db *DB) WithTx(ctx context.Context, fn func(ctx context.Context, tx *sqlx.Tx) error) error {
	began, pause := time.Now(), firstPause
	for attempt := 1; ; attempt++ {
		err := db.tryTx(ctx, attempt > politeness, fn)
		if err == nil || !cameBetween(err) || time.Since(began) > patience {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause/2)):
		}
		pause = min(2*pause, lastPause)
	}
}

func (db *DB) tryTx(ctx context.Context, alone bool, fn func(context.Context, *sqlx.Tx) error) error {
	tx, err := db.writer.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer db.bells.forget(tx)
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
	db.bells.ring(tx)
	if err := db.statements.ask(); err != nil {
		return fmt.Errorf("after commit: %w", err)
	}
	return nil
}

// AfterCommit rings a bell once tx, which WithTx has begun, is committed: a channel with room for
// one value, which stays empty if it rolls back.
func (db *DB) AfterCommit(tx *sqlx.Tx, bell chan<- struct{}) { db.bells.hang(tx, bell) }

// Alone runs fn while nobody else runs anything of this name on the database: it waits for its
// turn. A SQLite file belongs to one process; those of a Postgres schema take turns.
func (db *DB) Alone(ctx context.Context, name string, fn func(context.Context) error) error {
	leave, err := db.turns.enter(ctx, name)
	if err != nil {
		return err
	}
	defer leave()
	return db.engine.alone(ctx, db.writer, name, fn)
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

// Close closes both pools, and lets another process serve the database.
func (db *DB) Close() error {
	err := errors.Join(db.readers.Close(), db.writer.Close())
	if db.claim != nil {
		err = errors.Join(err, db.claim.Close())
	}
	return err
}
