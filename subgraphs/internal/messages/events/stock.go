package events

import (
	"encoding/json"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// StockKind is the kind of a message about the stock of one order, and the last part of its
// subject.
type StockKind string

// The commands of order to product. Order sends a command until it gets the reply.
const (
	Reserve StockKind = "reserve" // hold these items: all or none
	Commit  StockKind = "commit"  // the order is confirmed: hold the items until they are shipped
	Release StockKind = "release" // order gave up: hold nothing, even if reserve arrives later
	Ship    StockKind = "ship"    // the order leaves the warehouse with the items held for it
)

// The replies of product to order. Product also sends Expired without a command.
const (
	Reserved  StockKind = "reserved"
	Rejected  StockKind = "rejected"  // nothing is held; Rejections give the reasons
	Committed StockKind = "committed" // held until shipped
	Lost      StockKind = "lost"      // the commit came too late: nothing is held
	Released  StockKind = "released"  // nothing is held
	Shipped   StockKind = "shipped"   // nothing is held, and the items have left the stock
	Expired   StockKind = "expired"   // order did not commit in time: nothing is held
)

// StockCommand is a command of order to product. Attempt counts how often the order was placed:
// each placement makes its own reservation, and a reply belongs to one of them.
type StockCommand struct {
	Kind    StockKind   `json:"kind"`
	OrderID string      `json:"orderId"`
	Attempt int         `json:"attempt"`
	Items   []StockItem `json:"items,omitempty"` // for Reserve: each product once, sorted
}

// StockItem is the quantity of one product in an order, at the price that the buyer saw.
type StockItem struct {
	ProductID  string `json:"productId"`
	Quantity   int    `json:"quantity"`
	PriceMinor int64  `json:"priceMinor"`
	Currency   string `json:"currency"`
}

// StockReply is a reply of product to order.
type StockReply struct {
	Kind       StockKind        `json:"kind"`
	OrderID    string           `json:"orderId"`
	Attempt    int              `json:"attempt"`
	Rejections []StockRejection `json:"rejections,omitempty"`
}

// StockReason says why an item is not available.
type StockReason string

// The reasons.
const (
	TooFew       StockReason = "TOO_FEW"        // Available is how many pieces there are
	OtherPrice   StockReason = "OTHER_PRICE"    // Product has the current price
	NotOnSale    StockReason = "NOT_ON_SALE"    // the product is not on sale, or does not exist
	NotInTime    StockReason = "NOT_IN_TIME"    // the reservation expired; no ProductID
	NotAnyLonger StockReason = "NOT_ANY_LONGER" // the order was released before; no ProductID
)

// StockRejection says that an item is not available, and why.
type StockRejection struct {
	ProductID string          `json:"productId,omitempty"`
	Reason    StockReason     `json:"reason"`
	Available int             `json:"available"`
	Product   *ProductChanged `json:"product,omitempty"` // its current state, if it exists
}

// stockLife is how long a message about stock is useful. Its sender repeats it if nobody has read
// it by then.
const stockLife = time.Hour

// StockSubject returns the subject of messages of a kind.
func StockSubject(kind StockKind) string { return "stock." + string(kind) }

// StockCommands returns the stream of order's commands.
func StockCommands() bus.Stream {
	return stockStream("STOCK_COMMANDS", commandKinds())
}

// StockReplies returns the stream of product's replies.
func StockReplies() bus.Stream {
	return stockStream("STOCK_REPLIES", replyKinds())
}

func commandKinds() []StockKind { return []StockKind{Reserve, Commit, Release, Ship} }

func replyKinds() []StockKind {
	return []StockKind{Reserved, Rejected, Committed, Lost, Released, Shipped, Expired}
}

func stockStream(name string, kinds []StockKind) bus.Stream {
	subjects := make([]string, len(kinds))
	for i, kind := range kinds {
		subjects[i] = StockSubject(kind)
	}
	return bus.Stream{Name: name, Subjects: subjects, MaxAge: stockLife}
}

// OrderOf returns the id of the order that a message about stock is about, or "" if it has none.
// It is the Key of a bus.Consumer: no order waits for another one.
func OrderOf(m bus.Message) string {
	var about struct {
		OrderID string `json:"orderId"`
	}
	_ = json.Unmarshal(m.Data, &about) // the handler refuses invalid JSON
	return about.OrderID
}
