package sales

import (
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// The prefixes of this subgraph's ids.
const (
	OrderPrefix   = "ord"
	ItemPrefix    = "itm"
	InvoicePrefix = "inv"
)

// Limits of one order.
const (
	MaximumQuantity = 999 // of one product
	MaximumItems    = 100 // different products
)

// emptyCurrency is the currency of an order without items: nothing, in the shop's money. Items
// bring their own, the same one for all of an order.
const emptyCurrency = "EUR"

// Status is where an order stands between basket and delivery.
type Status string

// The statuses of an order.
const (
	Draft      Status = "DRAFT" // a basket: its items follow the catalogue
	Pending    Status = "PENDING"
	Confirmed  Status = "CONFIRMED"
	Processing Status = "PROCESSING"
	Shipped    Status = "SHIPPED"
	Delivered  Status = "DELIVERED"
	Cancelled  Status = "CANCELLED"
)

// Order is a basket, or what became of it.
type Order struct {
	ID            string
	UserID        string
	Number        string // random: it tells nothing of how many orders there are
	Name          *string
	Status        Status
	Version       int            // 1 at first, and 1 more with every change
	Attempt       int            // how often it was placed
	Problems      []OrderProblem // why the last placing was refused
	Warnings      []Warning      // what came out otherwise than the change wanted that made it: not stored
	Items         []Item
	TotalQuantity int
	Total         money.Money
	Invoice       *Invoice
	CreatedAt     time.Time
	UpdatedAt     time.Time
	PlacedAt      *time.Time
	ChosenAt      time.Time // of a user's drafts, the one chosen last is the basket
	History       []Event
}

// Event is a status that an order had, and since when.
type Event struct {
	Status Status
	At     time.Time
}

// IsEntity marks Order as an entity of the graph.
func (Order) IsEntity() {}

// Item is one product of an order, as the catalogue described it.
type Item struct {
	ID        string
	ProductID string
	SKU       string
	Title     string
	Quantity  int
	UnitPrice money.Money
	// ShownPrice is the unit price that the buyer was told of last: when the item was added, or with a warning.
	ShownPrice money.Money
	// TaxBasisPoints is the rate of the tax that the price contains: the one to bill, whatever the catalogue says
	// by the time when the stock has answered.
	TaxBasisPoints int
	// ProductVersion is the version of the product that the item describes.
	ProductVersion int64
}

// LineTotal is the price of all pieces.
func (i Item) LineTotal() (money.Money, error) { return i.UnitPrice.Times(i.Quantity) }

// newDraft returns an empty basket, not yet stored: its version is 0.
func newDraft(userID string, now time.Time) Order {
	return Order{
		ID: ids.New(OrderPrefix), UserID: userID, Number: newNumber(), Status: Draft,
		Total: money.Money{Currency: emptyCurrency}, CreatedAt: now, UpdatedAt: now, ChosenAt: now,
	}
}

// newNumber returns 50 random bits in two groups of letters and digits that have no twins: base32
// knows no 0 and no 1.
func newNumber() string {
	text := rand.Text()
	return text[:5] + "-" + text[5:10]
}

// find returns the place of a product among the items, -1 if it is not there.
func (o *Order) find(productID string) int {
	return slices.IndexFunc(o.Items, func(i Item) bool { return i.ProductID == productID })
}

// sum computes the totals anew. It fails if the items do not add up: amounts beyond what money can
// hold, or in several currencies.
func (o *Order) sum() error {
	total, quantity := money.Money{}, 0
	for _, item := range o.Items {
		line, err := item.LineTotal()
		if err == nil {
			total, err = total.Add(line)
		}
		if err != nil {
			return fmt.Errorf("sum of order: %w", err)
		}
		quantity += item.Quantity
	}
	if total.Currency == "" {
		total.Currency = emptyCurrency
	}
	o.Total, o.TotalQuantity = total, quantity
	return nil
}

// touch makes the order's next version.
func (o *Order) touch(now time.Time) {
	o.Version++
	o.UpdatedAt = now
}

// become makes the order's next version, which has another status: that is an event of its history.
func (o *Order) become(status Status, now time.Time) {
	o.Status = status
	o.touch(now)
	o.History = append(o.History, Event{status, now})
}

// Quantity is how many of a product are in the order; 0 for no order.
func (o *Order) Quantity(productID string) int {
	if o == nil {
		return 0
	}
	if i := o.find(productID); i >= 0 {
		return o.Items[i].Quantity
	}
	return 0
}
