package sqldbtest

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

// Plan returns the database's plan for a statement, as text. It makes Postgres plan as if for
// large tables: it reads a whole table only if no index can be used.
func Plan(t testing.TB, db *sqldb.DB, statement string, args ...any) string {
	t.Helper()
	statement, args, err := sqlx.In(statement, args...)
	require.NoError(t, err)
	tx, err := db.Read().BeginTxx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	var lines []string
	if db.Dialect() == sqldb.Postgres {
		_, err = tx.ExecContext(t.Context(), "SET LOCAL enable_seqscan = off")
		require.NoError(t, err)
		require.NoError(t, tx.SelectContext(t.Context(), &lines, "EXPLAIN "+statement, args...))
		return strings.Join(lines, "\n")
	}
	var steps []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	err = tx.SelectContext(t.Context(), &steps, "EXPLAIN QUERY PLAN "+statement, args...)
	require.NoError(t, err)
	for _, step := range steps {
		lines = append(lines, step.Detail)
	}
	return strings.Join(lines, "\n")
}
