// Package fulltext finds rows by the beginnings of words.
//
//	wanted words ──Index.Rows──▶ a table for a FROM, and its arguments: the rows that have words that begin with them all
//
// Beside the table of the rows there is one of their words, which has for each row a text of folded words with blanks between
// them. The index is over that: on Postgres GIN over array_to_tsvector(string_to_array(words, ' ')), on SQLite FTS4.
//
// FTS4 and not FTS5, because the driver has FTS4 in each build and FTS5 only with the tag sqlite_fts5: a build
// without it could not open a database that was made with it, and a plain `go test ./...` could not
// make one. What FTS5 would give is not missed. Lists are sorted by name, price or age, so its ranking
// is of no use, and of 200,000 products both find words by their beginnings in about the same time:
// 19 of them in 0.1 ms, 3,500 in 17 and 20 ms, 64,000 in 129 and 155 ms, on SQLite 3.40 in memory. Only
// writing is quicker with FTS5, 0.02 ms a product and not 0.06. An index of prefixes made either no
// quicker at it, and half as large again.
package fulltext

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

// Index names the tables of an index.
type Index struct {
	// Table has the rows; its key is the column id.
	Table string
	// Words is the table of their words, ID the column in it that names the row.
	Words, ID string
	// Search is SQLite's index over the words.
	Search string
}

// Rows are the rows of the table that have, for each of the words, one that begins with it. The table needs a name, by AS.
func (x Index) Rows(d sqldb.Dialect, wanted []string) (table string, args []any) {
	if d == sqldb.Postgres {
		query := "'" + strings.Join(wanted, "':* & '") + "':*"
		return x.onServer(), []any{query, query}
	}
	table = fmt.Sprintf(`(SELECT %[1]s.* FROM %[1]s WHERE %[1]s.id IN (SELECT w.%[3]s FROM %[4]s s
		JOIN %[2]s w ON w.docid = s.docid WHERE s.words MATCH ?))`, x.Table, x.Words, x.ID, x.Search)
	return table, []any{strings.Join(wanted, "* ") + "*"}
}

// onServer finds a few rows by their keys, and many by a join, as soon as it knows how many there are. The server does not: it takes
// a word of which it has no statistics for one in fifty rows. So of a million rows it read all for the one that has the word, or
// went through them in the order that was wanted, until it had found enough. Nothing is moved over OFFSET 0.
//
// Of a million products, 25 by their names: 5 ms where one has the word, and 24, 115 and 480 ms where 2,777, 27,777 and 250,000 do.
// With the plain condition it was 2,800 ms for the one; 12 and 70 ms; and 0.1 or 2,400 ms, as they come first or last.
func (x Index) onServer() string {
	const few = 1000
	found := fmt.Sprintf(`SELECT %s FROM %s WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(? AS tsquery)`, x.ID, x.Words)
	return fmt.Sprintf(`(WITH found AS MATERIALIZED (SELECT * FROM (%[3]s OFFSET 0) AS every LIMIT %[4]d + 1)
		SELECT %[1]s.* FROM found JOIN %[1]s ON id = %[2]s WHERE (SELECT count(*) FROM found) <= %[4]d
		UNION ALL
		SELECT %[1]s.* FROM %[1]s WHERE (SELECT count(*) FROM found) > %[4]d AND id IN (%[3]s)
		OFFSET 0)`, x.Table, x.ID, found, few)
}
