package stock

import (
	"errors"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// HoldFor is how long pieces are held for an order that nobody commits.
const HoldFor = 30 * time.Minute

// ErrBadCommand says that a command makes no sense, and never will.
var ErrBadCommand = errors.New("stock: bad command")

// Attempt is one placing of an order, the thing that reserves.
type Attempt struct {
	OrderID string
	Number  int // of the order's placings, from 1
}

func (a Attempt) check() error {
	if a.OrderID == "" || a.Number < 1 {
		return fmt.Errorf("%w: of order %q, attempt %d", ErrBadCommand, a.OrderID, a.Number)
	}
	return nil
}

// Piece is so many of a product.
type Piece struct {
	ProductID string
	Quantity  int
}

// Item is what an order wants of a product, and the price that its buyer has seen.
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
			return fmt.Errorf("%w: items are not positive, sorted and each once", ErrBadCommand)
		}
	}
	return nil
}

// Status is what became of a reservation.
type Status string

// The statuses. Only the first two hold pieces.
const (
	Held      Status = "HELD"      // until ExpiresAt
	Committed Status = "COMMITTED" // until shipped
	Released  Status = "RELEASED"
	Expired   Status = "EXPIRED"
)

// Reservation is what an attempt holds, or held.
type Reservation struct {
	Attempt
	Status    Status
	Shipped   bool // of Committed: it is gone, and holds no more
	Pieces    []Piece
	ExpiresAt time.Time
}

func (r Reservation) live() bool { return !r.Shipped && (r.Status == Held || r.Status == Committed) }

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

// Reply is the answer to a command.
type Reply struct {
	Attempt
	Outcome    Outcome
	Rejections []Rejection
}

// Reason tells why an item is not to be had.
type Reason string

// The reasons. The last two are of no product.
const (
	TooFew       Reason = "TOO_FEW"
	OtherPrice   Reason = "OTHER_PRICE"
	NotOnSale    Reason = "NOT_ON_SALE"
	NotInTime    Reason = "NOT_IN_TIME"
	NotAnyLonger Reason = "NOT_ANY_LONGER"
)

// Rejection is an item that is not to be had, and the product as it is now, if there is one.
type Rejection struct {
	ProductID string
	Reason    Reason
	Available int
	Product   *catalog.Product
}
