package sales

import (
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// Warning tells the user something about a change that was made.
type Warning interface {
	refusal.Refusal // has the same fields
	warning()
}

// QuantityCapped says that an item has the maximum quantity instead of the requested one.
type QuantityCapped struct {
	refusal.Problem
	ProductID         string
	RequestedQuantity int
	MaximumQuantity   int
}

func (QuantityCapped) warning() {}
func (PriceChanged) warning()   {}

func quantityCapped(path []string, p Product, requested int) QuantityCapped {
	message := fmt.Sprintf("One order can hold at most %d of %q.", p.most(), p.Title)
	return QuantityCapped{refusal.New("QUANTITY_CAPPED", message, path), p.ID, requested, p.most()}
}

// most returns how many of a product an order can hold. The catalogue's maximum is a hint and may
// be old. A maximum of 0 therefore does not forbid the item: the stock decides when the order is
// placed.
func (p Product) most() int {
	if p.MaximumQuantity == 0 {
		return MaximumQuantity
	}
	return min(p.MaximumQuantity, MaximumQuantity)
}

// repriced returns a warning for each item whose price differs from the one that the buyer saw.
// If a placing was refused because of a price, the buyer has seen it in the order's problems.
func (o *Order) repriced() (warnings []Warning) {
	for _, item := range o.Items {
		if item.ShownPrice != item.UnitPrice {
			before, now := item.ShownPrice, item.UnitPrice
			changed := priceChanged(item.Title, OrderProblem{ProductID: item.ProductID, Price: &now})
			changed.Path, changed.PreviousPrice = nil, &before
			warnings = append(warnings, changed)
		}
	}
	return warnings
}

// show records that the buyer has seen the prices of all items.
func (o *Order) show() {
	for i := range o.Items {
		o.Items[i].ShownPrice = o.Items[i].UnitPrice
	}
}
