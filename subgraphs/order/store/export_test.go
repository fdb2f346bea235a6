package store

import (
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// SelectOrders lets a test read the database's plan for the statement.
func SelectOrders(d sqldb.Dialect, f sales.Filter) (statement string, args []any) {
	return selectOrders(d, f)
}
