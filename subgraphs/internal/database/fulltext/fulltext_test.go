package fulltext_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/fulltext"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

func tables(d sqldb.Dialect) []string {
	made := []string{
		`CREATE TABLE thing (id BIGINT PRIMARY KEY, size BIGINT NOT NULL)`,
		`CREATE TABLE thing_words (docid INTEGER PRIMARY KEY, thing_id BIGINT NOT NULL UNIQUE, words TEXT NOT NULL)`,
	}
	if d == sqldb.Postgres {
		return append(made, `CREATE INDEX thing_search ON thing_words USING gin (array_to_tsvector(string_to_array(words, ' ')))`)
	}
	return append(made, `CREATE VIRTUAL TABLE thing_search USING fts4 (words, tokenize=simple)`)
}

// filled has 1,500 things with the ids 1 to 1500. All have the word "all", and some have others.
func filled(t testing.TB) *sqldb.DB {
	t.Helper()
	db := sqldbtest.Open(t, sqldbtest.New(t))
	require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		for _, statement := range tables(db.Dialect()) {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) `
		words := `'all'` +
			` || CASE WHEN i <= 1000 THEN ' thousand' ELSE '' END` +
			` || CASE WHEN i <= 1001 THEN ' more' ELSE '' END` +
			` || CASE WHEN i = 77 THEN ' teapot' ELSE '' END`
		for _, statement := range []string{
			`INSERT INTO thing (id, size) ` + numbers + `SELECT i, 1500 - i FROM n`,
			`INSERT INTO thing_words (docid, thing_id, words) ` + numbers + `SELECT i + 10000, i, ` + words + ` FROM n`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		if db.Dialect() == sqldb.Postgres {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO thing_search (docid, words) SELECT docid, words FROM thing_words`)
		return err
	}))
	return db
}

// Postgres finds a few rows in one way and many in another. The cases cover both, and the limit
// between them.
func TestRowsSelectsTheRowsWithTheWords(t *testing.T) {
	t.Parallel()
	db := filled(t)
	index := fulltext.Index{Table: "thing", Words: "thing_words", ID: "thing_id", Search: "thing_search"}
	for name, c := range map[string]struct {
		wanted      []string
		first, last int
	}{
		"none":            {[]string{"zebra"}, 1, 0},
		"one":             {[]string{"teapot"}, 77, 77},
		"a beginning":     {[]string{"tea"}, 77, 77},
		"of two words":    {[]string{"all", "teapot"}, 77, 77},
		"both or nothing": {[]string{"zebra", "teapot"}, 1, 0},
		"as few":          {[]string{"thousand"}, 1, 1000},
		"one too many":    {[]string{"more"}, 1, 1001},
		"many, and two":   {[]string{"mo", "al"}, 1, 1001},
		"all":             {[]string{"all"}, 1, 1500},
	} {
		table, args := index.Rows(db.Dialect(), c.wanted)
		want := []int{}
		for i := c.first; i <= c.last; i++ {
			want = append(want, i)
		}
		got := []int{}
		require.NoError(t, db.Read().SelectContext(t.Context(), &got, "SELECT id FROM "+table+" AS found_things ORDER BY size DESC", args...), name)
		require.Equal(t, want, got, name)
		slices.Reverse(want)
		got = []int{}
		require.NoError(t, db.Read().SelectContext(t.Context(), &got,
			"SELECT id FROM "+table+" AS thing WHERE size >= 0 ORDER BY size LIMIT 3", args...), name)
		require.Equal(t, want[:min(3, len(want))], got, name)
	}
}
