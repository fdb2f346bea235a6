package sales

import (
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// OrderProblem is a reason for which the stock refused a placing. It is a fact: the refusal that
// says it to people is made when it is read.
type OrderProblem struct {
	Reason    Reason       `json:"reason"`
	ProductID string       `json:"productId,omitempty"`
	Available int          `json:"available,omitempty"`
	Price     *money.Money `json:"price,omitempty"`
}

// Reason says in a word what the problem is.
type Reason string

// The reasons. The last one is of no product.
const (
	TooFew          Reason = "TOO_FEW"
	OtherPrice      Reason = "OTHER_PRICE"
	NotOnSale       Reason = "NOT_ON_SALE"
	StockUnanswered Reason = "STOCK_UNANSWERED"
)

func stockUnanswered() OrderProblem { return OrderProblem{Reason: StockUnanswered} }

// Refusals are the problems as they are told.
func (o Order) Refusals() []Refusal {
	refusals := make([]Refusal, len(o.Problems))
	for i, p := range o.Problems {
		refusals[i] = o.told(p)
	}
	return refusals
}

func (o Order) told(p OrderProblem) Refusal {
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

// tellPrices notes that the buyer is told prices by problems.
func (o *Order) tellPrices() {
	for _, p := range o.Problems {
		if i := o.find(p.ProductID); i >= 0 && p.Reason == OtherPrice {
			o.Items[i].ShownPrice = o.Items[i].UnitPrice
		}
	}
}

// resolve forgets the problems of products that are no longer in the order as they were.
func (o *Order) resolve(before []Item) {
	o.Problems = slices.DeleteFunc(slices.Clone(o.Problems), func(p OrderProblem) bool {
		i := slices.IndexFunc(before, func(item Item) bool { return item.ProductID == p.ProductID })
		return i < 0 || o.Quantity(p.ProductID) != before[i].Quantity
	})
}
