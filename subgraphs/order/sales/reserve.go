package sales

import (
	"cmp"
	"context"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Attempt is one placing of an order. Each asks for the stock anew, and what is answered belongs
// to one of them.
type Attempt struct {
	OrderID string
	Number  int // of the order's placings, from 1
}

// Ask is what is asked of the stock.
type Ask string

// The commands.
const (
	AskReserve Ask = "reserve" // hold the items: all, or none
	AskCommit  Ask = "commit"  // the order is confirmed: hold them until they are shipped
	AskRelease Ask = "release" // hold nothing, now and in future
	AskShip    Ask = "ship"    // what is held leaves the warehouse
)

// Command asks the stock for something. It is sent until it is answered.
type Command struct {
	Attempt
	Ask   Ask
	Items []Wanted // of AskReserve, sorted by product, each once
}

// Wanted is what an order wants of a product, at the price that its buyer has seen.
type Wanted struct {
	ProductID string
	Quantity  int
	Price     money.Money
}

// attempt is the order's latest placing.
func (o Order) attempt() Attempt { return Attempt{o.ID, o.Attempt} }

// wanted is the snapshot in the order in which all orders lock products.
func (o Order) wanted() []Wanted {
	wanted := make([]Wanted, len(o.Items))
	for i, item := range o.Items {
		wanted[i] = Wanted{item.ProductID, item.Quantity, item.UnitPrice}
	}
	slices.SortFunc(wanted, func(a, b Wanted) int { return cmp.Compare(a.ProductID, b.ProductID) })
	return wanted
}

// CommandTx keeps commands until they are answered.
type CommandTx interface {
	Ask(context.Context, Command) error
	// Answered forgets commands of an attempt; those that are not there are no error.
	Answered(context.Context, Attempt, ...Ask) error
	// Waits tells whether a command waits for its answer.
	Waits(context.Context, Attempt, Ask) (bool, error)
}
