package store

import (
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

const newestFirst = " ORDER BY placed_at DESC, id DESC LIMIT ?"

// selectPlaced returns the statement for a window of a list of placed orders, or "" if the window
// is empty. Each list has an index in its order, so the database reads only the orders that are
// returned.
func selectPlaced(d sqldb.Dialect, userID string, of sales.Window) (statement string, args []any) {
	if of.Where.Statuses != nil && of.Where.Search == nil && userID == sales.Anybody {
		return eachStatus(d, of)
	}
	where := newWhere(d, userID)
	where.placed(of.Where)
	where.after(of.After)
	rows, args := where.rows()
	return "SELECT *" + rows + newestFirst, append(args, of.Limit)
}

// eachStatus reads the newest orders of each status, up to the limit, and returns the newest of
// them all. An index has the orders of one status in order, but not those of several.
func eachStatus(d sqldb.Dialect, of sales.Window) (statement string, args []any) {
	var parts []string
	for _, status := range slices.Compact(slices.Sorted(slices.Values(of.Where.Statuses))) {
		conditions := of.Where
		conditions.Statuses = []sales.Status{status}
		where := newWhere(d, sales.Anybody)
		where.placed(conditions)
		where.after(of.After)
		rows, some := where.rows()
		parts = append(parts, "SELECT * FROM (SELECT *"+rows+newestFirst+") AS newest")
		args = append(append(args, some...), of.Limit)
	}
	if parts == nil {
		return "", nil
	}
	return strings.Join(parts, " UNION ALL ") + newestFirst, append(args, of.Limit)
}
