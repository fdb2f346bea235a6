package sales

import "fmt"

// Warning is something about a change that was made all the same, for its user to know.
type Warning interface {
	Refusal // in its form
	warning()
}

// QuantityCapped says that an item has as many as there can be of it, and not as many as were wanted.
type QuantityCapped struct {
	Problem
	ProductID         string
	RequestedQuantity int
	MaximumQuantity   int
}

func (QuantityCapped) warning() {}
func (PriceChanged) warning()   {}

func quantityCapped(path []string, p Product, requested int) QuantityCapped {
	message := fmt.Sprintf("One order can hold at most %d of %q.", p.most(), p.Title)
	return QuantityCapped{Problem{"QUANTITY_CAPPED", message, path}, p.ID, requested, p.most()}
}

// most is how many of a product an order can hold. What the catalogue says of it is a hint, and may be old: none is no
// reason to hold none, for the stock is asked when the order is placed.
func (p Product) most() int {
	if p.MaximumQuantity == 0 {
		return MaximumQuantity
	}
	return min(p.MaximumQuantity, MaximumQuantity)
}

// repriced are warnings of the items that the buyer was told another price of. A placing that was refused for a price
// has told it already, as a problem of the order.
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

// show notes that the buyer is told the prices of all items.
func (o *Order) show() {
	for i := range o.Items {
		o.Items[i].ShownPrice = o.Items[i].UnitPrice
	}
}
