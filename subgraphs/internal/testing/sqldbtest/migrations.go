package sqldbtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

// Migrations checks the migrations in the test's folder. Both dialects have the same versions,
// and the migrations run up, down to nothing, and up again. On Postgres it also compares the
// tables and columns with those on SQLite, except for the tables in except, which differ.
func Migrations(t *testing.T, part string, except ...string) {
	t.Helper()
	files := os.DirFS(".")
	require.Equal(t, versions(t, files, sqldb.SQLite), versions(t, files, sqldb.Postgres), "versions")

	columns := upDownUp(t, Open(t, New(t)), part, files)
	if OnPostgres() {
		theirs := upDownUp(t, Open(t, filepath.Join(t.TempDir(), "test.db")), part, files)
		special := func(c column) bool { return slices.Contains(except, c.Table) }
		require.Equal(t, slices.DeleteFunc(theirs, special), slices.DeleteFunc(columns, special))
	}
}

func versions(t *testing.T, files fs.FS, d sqldb.Dialect) (names []string) {
	t.Helper()
	found, err := fs.ReadDir(files, "migrations/"+string(d))
	require.NoError(t, err)
	for _, file := range found {
		names = append(names, file.Name())
	}
	return names
}

func upDownUp(t *testing.T, db *sqldb.DB, part string, files fs.FS) []column {
	t.Helper()
	before := columnsOf(t, db)
	require.NoError(t, sqldb.MigratePart(t.Context(), db, part, files))
	up := columnsOf(t, db)
	require.NotEqual(t, before, up)
	history, err := sqldb.Migrations(db, part, files)
	require.NoError(t, err)
	_, err = history.DownTo(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, before, columnsOf(t, db), "after going down")
	require.NoError(t, sqldb.MigratePart(t.Context(), db, part, files))
	require.Equal(t, up, columnsOf(t, db), "after going up again")
	return up
}

type column struct {
	Table string `db:"tbl"`
	Name  string `db:"name"`
}

// columnsOf returns the columns of all tables except sqldb's own.
func columnsOf(t *testing.T, db *sqldb.DB) []column {
	t.Helper()
	query := `SELECT m.name AS tbl, p.name AS name
		FROM sqlite_master m, pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
			AND m.name NOT LIKE '%\_migrations' ESCAPE '\'
		ORDER BY tbl, name`
	if db.Dialect() == sqldb.Postgres {
		query = `SELECT table_name COLLATE "C" AS tbl, column_name COLLATE "C" AS name
			FROM information_schema.columns
			WHERE table_schema = current_schema()
				AND table_name NOT LIKE '%\_migrations' AND table_name <> 'turn'
			ORDER BY tbl, name`
	}
	var columns []column
	require.NoError(t, db.Read().SelectContext(t.Context(), &columns, query))
	return columns
}
