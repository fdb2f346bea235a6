package stock

import (
	"errors"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// HoldFor is how long pieces are held for an order that is not committed.
const HoldFor = 30 * time.Minute

// ErrBadCommand says that a command can never be handled.
var ErrBadCommand = errors.New("stock: bad command")

// Attempt is one placement of an order. Each attempt makes its own reservation.
type Attempt struct {
	OrderID string
	Number  int // counts the order's placements, from 1
}

func (a Attempt) check() error {
	if a.OrderID == "" || a.Number < 1 {
		return fmt.Errorf("%w: of order %q, attempt %d", ErrBadCommand, a.OrderID, a.Number)
	}
	return nil
}

// Piece is a quantity of a product.
type Piece struct {
	ProductID string
	Quantity  int
}

// Item is a quantity of a product, with the price that the buyer saw.
type Item struct {
	Piece
	Price money.Money
}

func checkItems(items []Item) error {
	if len(items) == 0 {
		return fmt.Errorf("%w: nothing to reserve", ErrBadCommand)
	}
	for i, item := range items {
		if item.Quantity < 1 || (i > 0 && items[i-1].ProductID >= item.ProductID) {
			return fmt.Errorf("%w: items must have positive quantities, "+
				"and be sorted without duplicates", ErrBadCommand)
		}
	}
	return nil
}

// Status is the state of a reservation.
type Status string

// The statuses. Only the first two hold pieces.
const (
	Held      Status = "HELD"      // until ExpiresAt
	Committed Status = "COMMITTED" // until shipped
	Released  Status = "RELEASED"
	Expired   Status = "EXPIRED"
)

// Reservation is the pieces that an attempt holds or has held.
type Reservation struct {
	Attempt
	Status    Status
	Shipped   bool // for Committed: the pieces have left and are not held any more
	Pieces    []Piece
	ExpiresAt time.Time
}

func (r Reservation) live() bool {
	return !r.Shipped && (r.Status == Held || r.Status == Committed)
}

// Outcome is the kind of a reply.
type Outcome string

// The outcomes.
const (
	IsReserved  Outcome = "reserved"
	IsRejected  Outcome = "rejected"
	IsCommitted Outcome = "committed"
	IsLost      Outcome = "lost"
	IsReleased  Outcome = "released"
	IsShipped   Outcome = "shipped"
	IsExpired   Outcome = "expired"
)

// Reply is the reply to a command.
type Reply struct {
	Attempt
	Outcome    Outcome
	Rejections []Rejection
}

// Reason says why an item is not available.
type Reason string

// The reasons. The last two concern no single product.
const (
	TooFew       Reason = "TOO_FEW"
	OtherPrice   Reason = "OTHER_PRICE"
	NotOnSale    Reason = "NOT_ON_SALE"
	NotInTime    Reason = "NOT_IN_TIME"
	NotAnyLonger Reason = "NOT_ANY_LONGER"
)

// Rejection is an item that is not available, with the product's current state if it exists.
type Rejection struct {
	ProductID string
	Reason    Reason
	Available int
	Product   *catalog.Product
}
