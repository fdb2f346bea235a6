package sales

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Attempt is one placing of an order. Each placing sends its own commands to the stock, and a
// reply belongs to one attempt.
type Attempt struct {
	OrderID string
	Number  int // counts the order's placings from 1
}

// Ask is a kind of command to the stock.
type Ask string

// The commands.
const (
	AskReserve Ask = "reserve" // hold all items or none
	AskCommit  Ask = "commit"  // the order is confirmed: hold them until they are shipped
	AskRelease Ask = "release" // hold nothing, now and later
	AskShip    Ask = "ship"    // the held items leave the warehouse
)

// Command asks the stock for something. It is sent until it is answered.
type Command struct {
	Attempt
	Ask   Ask
	Items []Wanted // for AskReserve: sorted by product, each once
}

// Wanted is a quantity of a product, at the price that the buyer saw.
type Wanted struct {
	ProductID string
	Quantity  int
	Price     money.Money
}

// attempt returns the order's latest placing.
func (o Order) attempt() Attempt { return Attempt{o.ID, o.Attempt} }

// wanted returns the order's items sorted by product, so that all orders lock products in the
// same order.
func (o Order) wanted() []Wanted {
	wanted := make([]Wanted, len(o.Items))
	for i, item := range o.Items {
		wanted[i] = Wanted{item.ProductID, item.Quantity, item.UnitPrice}
	}
	slices.SortFunc(wanted, func(a, b Wanted) int { return cmp.Compare(a.ProductID, b.ProductID) })
	return wanted
}
