package sqldb_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

func open(t *testing.T, database string) *sqldb.DB {
	t.Helper()
	db := sqldbtest.Open(t, database)
	migrations := fstest.MapFS{
		"migrations/sqlite/00001_things.sql": {Data: []byte(`-- +goose Up
CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER NOT NULL UNIQUE) STRICT;
`)},
		"migrations/postgres/00001_things.sql": {Data: []byte(`-- +goose Up
CREATE TABLE things (name TEXT COLLATE "C" PRIMARY KEY, size BIGINT NOT NULL UNIQUE);
`)},
	}
	require.NoError(t, sqldb.Migrate(t.Context(), db, migrations))
	return db
}

func insert(t *testing.T, db *sqldb.DB, name string, size int) error {
	t.Helper()
	return db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO things VALUES (?, ?)", name, size)
		return err
	})
}

func names(t *testing.T, db *sqldb.DB) []string {
	t.Helper()
	var names []string
	require.NoError(t, db.Read().SelectContext(t.Context(), &names, "SELECT name FROM things ORDER BY name"))
	return names
}

func TestCommitIsReadAfterReopening(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	require.NoError(t, insert(t, open(t, database), "a", 1))
	require.Equal(t, []string{"a"}, names(t, open(t, database)))
}

func TestAFileMayHaveAnyName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "odd name? 100% #1", "test.db")
	require.NoError(t, insert(t, open(t, path), "a", 1))
	require.FileExists(t, path)
}

func TestOpenExistingCreatesNoDatabase(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	for range 2 {
		_, err := sqldb.OpenExisting(t.Context(), database)
		require.Error(t, err, "and no database is created")
	}
	open(t, database)
	db, err := sqldb.OpenExisting(t.Context(), database)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func TestOneProcessServesAFileAndCommandsStillWork(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	serving, err := sqldb.OpenToServe(t.Context(), database)
	require.NoError(t, err)
	second, err := sqldb.OpenToServe(t.Context(), database)
	if sqldbtest.OnPostgres() {
		require.NoError(t, err)
		require.NoError(t, second.Close())
	} else {
		require.ErrorContains(t, err, database)
		require.ErrorContains(t, err, "another process uses these files; stop it first, or set DATABASE_URL")
	}
	require.NoError(t, insert(t, open(t, database), "a", 1))
	require.Equal(t, []string{"a"}, names(t, serving))
	require.NoError(t, serving.Close())
	again, err := sqldb.OpenToServe(t.Context(), database)
	require.NoError(t, err)
	require.NoError(t, again.Close())
}

func TestFailureAndPanicRollBack(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	failure := errors.New("no")
	add := func(then func() error) func(context.Context, *sqlx.Tx) error {
		return func(ctx context.Context, tx *sqlx.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO things VALUES ('a', 1)")
			require.NoError(t, err)
			return then()
		}
	}
	require.ErrorIs(t, db.WithTx(t.Context(), add(func() error { return failure })), failure)
	require.Panics(t, func() { _ = db.WithTx(t.Context(), add(func() error { panic("no") })) })
	require.Empty(t, names(t, db))
	require.NoError(t, insert(t, db, "b", 2), "the only writing connection is back in the pool")
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	_, err := db.Read().ExecContext(t.Context(), "INSERT INTO things VALUES ('a', 1)")
	require.Error(t, err)
	require.Empty(t, names(t, db))
}

func TestUniqueViolation(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	require.NoError(t, insert(t, db, "a", 1))

	column, broken := sqldb.UniqueViolation(insert(t, db, "a", 2))
	require.True(t, broken)
	require.Equal(t, "things.name", column)
	column, broken = sqldb.UniqueViolation(insert(t, db, "b", 1))
	require.True(t, broken)
	require.Equal(t, "things.size", column)
	_, broken = sqldb.UniqueViolation(errors.New("UNIQUE constraint failed: x"))
	require.False(t, broken)
}

func TestManyWritersOfTwoPoolsLoseNothing(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	pools := []*sqldb.DB{open(t, database), open(t, database)}
	require.NoError(t, insert(t, pools[0], "counter", 0))
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			err := pools[i%2].WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
				var size int
				if err := tx.GetContext(ctx, &size, "SELECT size FROM things"); err != nil {
					return err
				}
				_, err := tx.ExecContext(ctx, "UPDATE things SET size = ?", size+1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var size int
	require.NoError(t, pools[0].Read().GetContext(t.Context(), &size, "SELECT size FROM things"))
	require.Equal(t, 20, size)
}

func TestStatementsAreCounted(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	before := db.Statements()
	require.NoError(t, insert(t, db, "a", 1))
	names(t, db)
	require.EqualValues(t, 2, db.Statements()-before)

	prepared, err := db.Read().PrepareContext(t.Context(), "SELECT count(*) FROM things")
	require.NoError(t, err)
	var count int
	for range 3 {
		require.NoError(t, prepared.QueryRowContext(t.Context()).Scan(&count))
	}
	require.NoError(t, prepared.Close())
	require.EqualValues(t, 5, db.Statements()-before)
}

func TestTransactionsAreSerializable(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	var all sync.WaitGroup
	for i := range 10 { // each adds a row if there is none; only one may succeed
		all.Go(func() {
			err := db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
				var count int
				if err := tx.GetContext(ctx, &count, "SELECT count(*) FROM things"); err != nil || count > 0 {
					return err
				}
				_, err := tx.ExecContext(ctx, "INSERT INTO things VALUES (?, ?)", strconv.Itoa(i), i)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Len(t, names(t, db), 1)
}

func TestAfterCommitSignalsOnlyAfterACommit(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	signal := make(chan struct{}, 1)
	failure := errors.New("no")
	add := func(then error) error {
		return db.WithTx(t.Context(), func(_ context.Context, tx *sqlx.Tx) error {
			db.AfterCommit(tx, signal)
			db.AfterCommit(tx, signal)
			return then
		})
	}
	require.ErrorIs(t, add(failure), failure)
	require.Empty(t, signal)
	require.NoError(t, add(nil))
	require.NoError(t, add(nil), "a full channel does not block")
	<-signal
	require.Empty(t, signal)
}

func TestAloneExcludesOtherProcesses(t *testing.T) {
	t.Parallel()
	if !sqldbtest.OnPostgres() {
		t.Skip("a file belongs to one process")
	}
	database := sqldbtest.New(t)
	processes := []*sqldb.DB{open(t, database), open(t, database)}
	var working atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			err := processes[i%2].Alone(t.Context(), "work", func(context.Context) error {
				if working.Add(1) > 1 {
					t.Error("two at once")
				}
				runtime.Gosched()
				working.Add(-1)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	failure := errors.New("no")
	require.ErrorIs(t, processes[0].Alone(t.Context(), "work", func(context.Context) error { return failure }), failure)
}

// While a service publishes messages alone, which can take long, the server can remove old rows: no
// transaction is open, and after a failed unlock the lock is free again.
func TestAloneHoldsNoTransactionOpen(t *testing.T) {
	t.Parallel()
	if !sqldbtest.OnPostgres() {
		t.Skip("a file has no locks between processes")
	}
	database, name := sqldbtest.New(t), t.Name()
	db, other := open(t, database+"&application_name="+name), open(t, database)
	err := db.Alone(t.Context(), "work", func(ctx context.Context) error {
		var transactions int
		require.NoError(t, other.Read().GetContext(ctx, &transactions,
			`SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND xact_start IS NOT NULL`, name))
		require.Zero(t, transactions)
		db.Interpose(func() error { return errors.New("no statement runs") })
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, other.Alone(t.Context(), "work", func(context.Context) error { return nil }))
}

func TestTextIsSortedByBytes(t *testing.T) {
	t.Parallel()
	db := open(t, sqldbtest.New(t))
	for i, name := range []string{"é", "b", "a", "B", "_"} {
		require.NoError(t, insert(t, db, name, i))
	}
	require.Equal(t, []string{"B", "_", "a", "b", "é"}, names(t, db))
	require.NoError(t, insert(t, db, "zero \x00", 9), "a text may have a zero byte")
}

func TestAnErrorAboutAURLHidesItsPassword(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"postgres://u:secret@127.0.0.1:1/x", "postgres://u:secret@127.0.0.1:nonsense/x"} {
		_, err := sqldb.Open(t.Context(), database)
		require.ErrorContains(t, err, "database")
		require.NotContains(t, err.Error(), "secret")
	}
}
