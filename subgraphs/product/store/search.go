package store

import (
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

// searched is the condition that product p has words that begin with all of these: each dialect has
// its own full text index over the table product_words, and its own words for it.
func searched(d sqldb.Dialect, words []string) (condition, query string) {
	if d == sqldb.Postgres {
		return `p.id IN (SELECT product_id FROM product_words
			WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST(? AS tsquery))`,
			"'" + strings.Join(words, "':* & '") + "':*"
	}
	return `p.id IN (SELECT w.product_id FROM product_search s
		JOIN product_words w ON w.docid = s.docid WHERE s.words MATCH ?)`, strings.Join(words, "* ") + "*"
}
