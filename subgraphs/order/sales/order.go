package sales

import (
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// The prefixes of the ids of orders and their items.
const (
	OrderPrefix = "ord"
	ItemPrefix  = "itm"
)

const (
	// MaximumItems is how many different products an order can have.
	MaximumItems = 100
	// MaximumDrafts is how many drafts, and orders that wait for the stock, a user can have.
	MaximumDrafts = 50
)

// emptyCurrency is the currency of an order without items, whose total is zero. All items of an
// order have one currency.
const emptyCurrency = "EUR"

// Status is the stage of an order between basket and delivery.
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

// Order is an order from basket to delivery.
type Order struct {
	ID            string
	UserID        string
	Number        string // random, so it does not reveal how many orders there are
	Name          *string
	Status        Status
	Version       int            // 1 at first, plus 1 with each change
	Attempt       int            // how often it was placed
	Problems      []OrderProblem // why the last placing was refused
	Warnings      []Warning      // of the last change; not stored
	Items         []Item
	TotalQuantity int
	Total         money.Money
	Invoice       *Invoice
	CreatedAt     time.Time
	UpdatedAt     time.Time
	PlacedAt      *time.Time
	ChosenAt      time.Time // the draft that a user chose last is the basket
	History       []Event
}

// Event says when an order got a status.
type Event struct {
	Status Status
	At     time.Time
}

// IsEntity marks Order as an entity of the graph.
func (Order) IsEntity() {}

// OrderProblem is a reason why the stock refused a placing. It holds facts; the message for
// people is made when it is read.
type OrderProblem struct {
	Reason    Reason       `json:"reason"`
	ProductID string       `json:"productId,omitempty"`
	Available int          `json:"available,omitempty"`
	Price     *money.Money `json:"price,omitempty"`
}

// Reason is the kind of a problem.
type Reason string

// The reasons. StockUnanswered is about no product.
const (
	TooFew          Reason = "TOO_FEW"
	OtherPrice      Reason = "OTHER_PRICE"
	NotOnSale       Reason = "NOT_ON_SALE"
	StockUnanswered Reason = "STOCK_UNANSWERED"
)

func stockUnanswered() OrderProblem { return OrderProblem{Reason: StockUnanswered} }

// Warning tells the user something about a change that was made.
type Warning interface {
	refusal.Refusal // has the same fields
	warning()
}

// newDraft returns an empty draft that is not stored yet: its version is 0.
func newDraft(userID string, now time.Time) Order {
	return Order{
		ID: ids.New(OrderPrefix), UserID: userID, Number: newNumber(), Status: Draft,
		Total: money.Money{Currency: emptyCurrency}, CreatedAt: now, UpdatedAt: now, ChosenAt: now,
	}
}

// newNumber returns 50 random bits in two groups of letters and digits that are hard to confuse:
// base32 has no 0 and no 1.
func newNumber() string {
	text := rand.Text()
	return text[:5] + "-" + text[5:10]
}

// find returns the index of a product among the items, or -1.
func (o *Order) find(productID string) int {
	return slices.IndexFunc(o.Items, func(i Item) bool { return i.ProductID == productID })
}

// sum computes the totals. It fails if an amount is out of range or the items have several
// currencies.
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

// become makes the order's next version, with a new status and an event in its history.
func (o *Order) become(status Status, now time.Time) {
	o.Status = status
	o.touch(now)
	o.History = append(o.History, Event{status, now})
}

// Quantity returns how many of a product are in the order; 0 if o is nil.
func (o *Order) Quantity(productID string) int {
	if o == nil {
		return 0
	}
	if i := o.find(productID); i >= 0 {
		return o.Items[i].Quantity
	}
	return 0
}

func (o Order) productIDs() []string {
	named := make([]string, len(o.Items))
	for i, item := range o.Items {
		named[i] = item.ProductID
	}
	return named
}

// showPrices records that the buyer sees the new prices in problems.
func (o *Order) showPrices() {
	for _, p := range o.Problems {
		if i := o.find(p.ProductID); i >= 0 && p.Reason == OtherPrice {
			o.Items[i].ShownPrice = o.Items[i].UnitPrice
		}
	}
}

// show records that the buyer has seen the prices of all items.
func (o *Order) show() {
	for i := range o.Items {
		o.Items[i].ShownPrice = o.Items[i].UnitPrice
	}
}
