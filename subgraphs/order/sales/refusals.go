package sales

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// OrderNotFound says that the user has no order with the id.
type OrderNotFound struct{ refusal.Problem }

// ProductNotFound says that no product on sale has the id.
type ProductNotFound struct {
	refusal.Problem
	ProductID string
}

// QuantityOutOfRange says that a quantity is negative, or more than an order can hold of any
// product.
type QuantityOutOfRange struct {
	refusal.Problem
	ProductID       string
	MaximumQuantity int
}

// OrderNotEditable says that the order has been placed.
type OrderNotEditable struct {
	refusal.Problem
	Status Status
}

// VersionConflict says that the order has changed, and contains the current one.
type VersionConflict struct {
	refusal.Problem
	Order *Order
}

// OrderEmpty says that the order has no items.
type OrderEmpty struct{ refusal.Problem }

// ProductUnavailable says that a product in the order is no longer on sale.
type ProductUnavailable struct {
	refusal.Problem
	ProductID string
}

// OutOfStock says that the stock has fewer of a product than the order asks for.
type OutOfStock struct {
	refusal.Problem
	ProductID         string
	AvailableQuantity int
}

// PriceChanged says that a product has another price now.
type PriceChanged struct {
	refusal.Problem
	ProductID     string
	CurrentPrice  money.Money
	PreviousPrice *money.Money // the price that the buyer saw before; nil means the order's
}

func (PriceChanged) warning() {}

// StockUnreachable says that the stock did not answer in time.
type StockUnreachable struct{ refusal.Problem }

// OrderNotCancellable says that the order is not placed, or is already being packed or sent.
type OrderNotCancellable struct {
	refusal.Problem
	Status Status
}

// StatusNotAllowed says that the order cannot move from its status to the requested one.
type StatusNotAllowed struct {
	refusal.Problem
	Status  Status
	Allowed []Status
}

// TooManyDrafts says that the user has the maximum number of drafts.
type TooManyDrafts struct {
	refusal.Problem
	MaximumDrafts int
}

// IdempotencyKeyReused says that the key was already used with another input.
type IdempotencyKeyReused struct{ refusal.Problem }

// QuantityCapped says that an item has the maximum quantity instead of the requested one.
type QuantityCapped struct {
	refusal.Problem
	ProductID         string
	RequestedQuantity int
	MaximumQuantity   int
}

func (QuantityCapped) warning() {}

func orderNotFound() OrderNotFound {
	return OrderNotFound{
		refusal.New("ORDER_NOT_FOUND", "You have no order with this id.", refusal.At("orderId")),
	}
}

func productNotFound(path []string, id string) ProductNotFound {
	return ProductNotFound{
		refusal.New("PRODUCT_NOT_FOUND", "No product on sale has this id.", path), id,
	}
}

func quantityOutOfRange(path []string, id string, least int) QuantityOutOfRange {
	message := fmt.Sprintf("The quantity must be between %d and %d.", least, MaximumQuantity)
	return QuantityOutOfRange{
		refusal.New("QUANTITY_OUT_OF_RANGE", message, path), id, MaximumQuantity,
	}
}

func orderNotEditable(status Status) OrderNotEditable {
	const message = "The order has been placed and can no longer be changed."
	return OrderNotEditable{refusal.New("ORDER_NOT_EDITABLE", message, refusal.At("orderId")), status}
}

func versionConflict(current *Order) VersionConflict {
	const message = "The order has changed in the meantime. Check it and try again."
	return VersionConflict{
		refusal.New("VERSION_CONFLICT", message, refusal.At("expectedVersion")), current,
	}
}

func orderEmpty() OrderEmpty {
	return OrderEmpty{refusal.New("ORDER_EMPTY", "The order is empty.", refusal.At("orderId"))}
}

func productUnavailable(item Item) ProductUnavailable {
	message := fmt.Sprintf("%q is no longer on sale. Remove it to continue.", item.Title)
	return ProductUnavailable{
		refusal.New("PRODUCT_UNAVAILABLE", message, refusal.At("orderId")), item.ProductID,
	}
}

func outOfStock(title string, p OrderProblem) OutOfStock {
	message := fmt.Sprintf("Only %d of %q left.", p.Available, title)
	if p.Available <= 0 {
		message = fmt.Sprintf("%q is sold out.", title)
	}
	return OutOfStock{
		refusal.New("OUT_OF_STOCK", message, refusal.At("orderId")), p.ProductID, max(p.Available, 0),
	}
}

func priceChanged(title string, p OrderProblem) PriceChanged {
	changed := PriceChanged{
		Problem:   refusal.New("PRICE_CHANGED", "", refusal.At("orderId")),
		ProductID: p.ProductID, CurrentPrice: money.Money{Currency: emptyCurrency},
	}
	if p.Price != nil {
		changed.CurrentPrice = *p.Price
	}
	changed.Message = fmt.Sprintf("%q now costs %s.", title, changed.CurrentPrice)
	return changed
}

func stockUnreachable() StockUnreachable {
	const message = "The stock did not answer in time. Nothing was ordered; place the order again."
	return StockUnreachable{refusal.New("STOCK_UNREACHABLE", message, refusal.At("orderId"))}
}

func orderNotCancellable(status Status) OrderNotCancellable {
	message := "It is too late to cancel the order."
	if status == Draft {
		message = "The order has not been placed."
	}
	return OrderNotCancellable{
		refusal.New("ORDER_NOT_CANCELLABLE", message, refusal.At("orderId")), status,
	}
}

func statusNotAllowed(status Status, allowed []Status) StatusNotAllowed {
	message := fmt.Sprintf("The order is %s, and you cannot change that.", status)
	if len(allowed) > 0 {
		message = fmt.Sprintf("The order is %s. Its next status can be %s.", status, join(allowed))
	}
	return StatusNotAllowed{
		refusal.New("STATUS_NOT_ALLOWED", message, refusal.At("status")), status, allowed,
	}
}

func join(statuses []Status) string {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = string(s)
	}
	return strings.Join(words, " or ")
}

func notYetCommitted() StockUnreachable {
	const message = "The stock has not yet confirmed that it holds the items. Try again in a moment."
	return StockUnreachable{refusal.New("STOCK_UNREACHABLE", message, refusal.At("status"))}
}

func tooManyDrafts() TooManyDrafts {
	message := fmt.Sprintf("You have %d drafts, which is the maximum. "+
		"Place or delete one first.", MaximumDrafts)
	return TooManyDrafts{refusal.New("TOO_MANY_DRAFTS", message, nil), MaximumDrafts}
}

func idempotencyKeyReused() IdempotencyKeyReused {
	const message = "This key was already used for something else."
	return IdempotencyKeyReused{
		refusal.New("IDEMPOTENCY_KEY_REUSED", message, refusal.At("idempotencyKey")),
	}
}

func quantityCapped(path []string, p Product, requested int) QuantityCapped {
	message := fmt.Sprintf("One order can hold at most %d of %q.", p.most(), p.Title)
	return QuantityCapped{refusal.New("QUANTITY_CAPPED", message, path), p.ID, requested, p.most()}
}

// Refusals returns the order's problems with messages for people.
func (o Order) Refusals() []refusal.Refusal {
	refusals := make([]refusal.Refusal, len(o.Problems))
	for i, p := range o.Problems {
		refusals[i] = o.refusalOf(p)
	}
	return refusals
}

func (o Order) refusalOf(p OrderProblem) refusal.Refusal {
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
