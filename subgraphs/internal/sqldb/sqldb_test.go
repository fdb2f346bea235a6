package sqldb_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

func open(t *testing.T, path string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	migrations := fstest.MapFS{"00001_things.sql": {Data: []byte(`-- +goose Up
CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER NOT NULL UNIQUE) STRICT;
`)}}
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
	path := filepath.Join(t.TempDir(), "odd name? 100% #1", "test.db")
	require.NoError(t, insert(t, open(t, path), "a", 1))
	require.Equal(t, []string{"a"}, names(t, open(t, path)))
	require.FileExists(t, path)
}

func TestFailureAndPanicRollBack(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
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
	require.NoError(t, insert(t, db, "b", 2), "the one connection was given back")
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
	_, err := db.Read().ExecContext(t.Context(), "INSERT INTO things VALUES ('a', 1)")
	require.ErrorContains(t, err, "readonly")
}

func TestUniqueViolation(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
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
	path := filepath.Join(t.TempDir(), "test.db")
	pools := []*sqldb.DB{open(t, path), open(t, path)}
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
	db := open(t, filepath.Join(t.TempDir(), "test.db"))
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
