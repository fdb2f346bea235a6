package events

import (
	"encoding/json"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

// StockKind names a message about the stock of one order, and is the end of its subject.
type StockKind string

// What order asks of product. A command is sent until it is answered.
const (
	Reserve StockKind = "reserve" // hold these items: all, or none
	Commit  StockKind = "commit"  // the order is confirmed: hold them until they are shipped
	Release StockKind = "release" // the order is not to be: hold nothing, also if reserve comes later
	Ship    StockKind = "ship"    // the order leaves the warehouse, and what is held with it
)

// What product answers, and Expired, which it tells by itself.
const (
	Reserved  StockKind = "reserved"
	Rejected  StockKind = "rejected"  // nothing is held; Rejections tell why
	Committed StockKind = "committed" // held until shipped
	Lost      StockKind = "lost"      // came too late to be committed: nothing is held
	Released  StockKind = "released"  // nothing is held
	Shipped   StockKind = "shipped"   // nothing is held any longer, and what was is not on hand
	Expired   StockKind = "expired"   // nobody committed in time: nothing is held
)

// StockCommand is order's word to product. Attempt counts the placings of an order: each reserves
// anew, and an answer belongs to one of them.
type StockCommand struct {
	Kind    StockKind   `json:"kind"`
	OrderID string      `json:"orderId"`
	Attempt int         `json:"attempt"`
	Items   []StockItem `json:"items,omitempty"` // of Reserve: each product once, sorted
}

// StockItem is what an order wants of a product, at the price that the buyer has seen.
type StockItem struct {
	ProductID  string `json:"productId"`
	Quantity   int    `json:"quantity"`
	PriceMinor int64  `json:"priceMinor"`
	Currency   string `json:"currency"`
}

// StockReply is product's word to order.
type StockReply struct {
	Kind       StockKind        `json:"kind"`
	OrderID    string           `json:"orderId"`
	Attempt    int              `json:"attempt"`
	Rejections []StockRejection `json:"rejections,omitempty"`
}

// StockReason tells why an item cannot be had.
type StockReason string

// The reasons.
const (
	TooFew       StockReason = "TOO_FEW"        // Available is how many there are
	OtherPrice   StockReason = "OTHER_PRICE"    // Product has the price
	NotOnSale    StockReason = "NOT_ON_SALE"    // the product is gone
	NotInTime    StockReason = "NOT_IN_TIME"    // held for too long, and given up; of no product
	NotAnyLonger StockReason = "NOT_ANY_LONGER" // released before; of no product
)

// StockRejection is an item that cannot be had.
type StockRejection struct {
	ProductID string          `json:"productId,omitempty"`
	Reason    StockReason     `json:"reason"`
	Available int             `json:"available"`
	Product   *ProductChanged `json:"product,omitempty"` // as it is now, if it exists
}

// stockLife is how long a message about stock is of use: what was not read by then is sent again.
const stockLife = time.Hour

// StockSubject is the subject of messages of a kind.
func StockSubject(kind StockKind) string { return "stock." + string(kind) }

// StockCommands keeps what order asks.
func StockCommands() bus.Stream {
	return stockStream("STOCK_COMMANDS", commandKinds())
}

// StockReplies keeps what product answers.
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

// OrderOf returns the id of the order that a message about stock is about, and "" if it has none.
// It is a bus.Consumer's Key: an order never waits for another one.
func OrderOf(m bus.Message) string {
	var about struct {
		OrderID string `json:"orderId"`
	}
	_ = json.Unmarshal(m.Data, &about) // the handler refuses what is no JSON
	return about.OrderID
}
