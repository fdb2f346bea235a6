package store

import (
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// where holds the conditions of a statement on orders, or on orders found by words.
type where struct {
	dialect    sqldb.Dialect
	ofAll      bool // orders of all users
	table      string
	words      []any // arguments of table
	conditions []string
	args       []any
}

// newWhere returns the condition on whose orders they are.
func newWhere(d sqldb.Dialect, userID string) *where {
	w := &where{dialect: d, table: "orders", ofAll: userID == sales.Anybody}
	if !w.ofAll {
		w.and("user_id = ?", userID)
	}
	return w
}

func (w *where) and(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

// placed restricts the orders to placed ones that meet the conditions.
func (w *where) placed(c sales.Conditions) {
	w.and("placed_at IS NOT NULL")
	if c.Statuses != nil {
		w.status(c.Statuses, c.Search != nil)
	}
	if c.PlacedFrom != nil {
		w.and("placed_at >= ?", c.PlacedFrom.UnixMicro())
	}
	if c.PlacedBefore != nil {
		w.and("placed_at < ?", c.PlacedBefore.UnixMicro())
	}
	if c.Search != nil {
		w.search(*c.Search)
	}
}

// status restricts the orders to some statuses. With a user or words it hides the column from its
// index, because those select fewer orders than a status.
func (w *where) status(statuses []sales.Status, searched bool) {
	switch {
	case len(statuses) == 0:
		w.and("1 = 0")
	case w.ofAll && !searched:
		w.and("status IN (?)", statuses)
	default:
		w.and("coalesce(status, '') IN (?)", statuses)
	}
}

func (w *where) after(p *keyset.Position) {
	if p != nil {
		w.and("(placed_at, id) < (?, ?)", p.Number, p.ID)
	}
}

// rows returns the rest of a SELECT of the orders that meet the conditions.
func (w *where) rows() (text string, args []any) {
	text = " FROM " + w.table + " AS orders"
	if len(w.conditions) > 0 {
		text += " WHERE " + strings.Join(w.conditions, " AND ")
	}
	return text, slices.Concat(w.words, w.args)
}
