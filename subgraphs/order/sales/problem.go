package sales

import (
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

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

// Refusals returns the order's problems with messages for people.
func (o Order) Refusals() []refusal.Refusal {
	refusals := make([]refusal.Refusal, len(o.Problems))
	for i, p := range o.Problems {
		refusals[i] = o.told(p)
	}
	return refusals
}

func (o Order) told(p OrderProblem) refusal.Refusal {
	title := "Something"
	if i := o.find(p.ProductID); i >= 0 {
		title = o.Items[i].Title
	}
	switch p.Reason {
	case TooFew:
		return outOfStock(title, p)
	case OtherPrice:
		return priceChanged(title, p)
	case NotOnSale:
		return productUnavailable(Item{ProductID: p.ProductID, Title: title})
	}
	return stockUnreachable()
}

// tellPrices records that the buyer sees the new prices in problems.
func (o *Order) tellPrices() {
	for _, p := range o.Problems {
		if i := o.find(p.ProductID); i >= 0 && p.Reason == OtherPrice {
			o.Items[i].ShownPrice = o.Items[i].UnitPrice
		}
	}
}

// resolve removes the problems of products whose quantity has changed or that are no longer in
// the order.
func (o *Order) resolve(before []Item) {
	o.Problems = slices.DeleteFunc(slices.Clone(o.Problems), func(p OrderProblem) bool {
		i := slices.IndexFunc(before, func(item Item) bool { return item.ProductID == p.ProductID })
		return i < 0 || o.Quantity(p.ProductID) != before[i].Quantity
	})
}
