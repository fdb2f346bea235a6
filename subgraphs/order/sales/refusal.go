package sales

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// InputError says that a request is invalid, for example because of a cursor of another list. The
// client sees its message.
type InputError struct{ Message string }

func (e *InputError) Error() string { return e.Message }

// Refusal is an expected failure that the user can correct. Each reason has its own type with its
// facts.
type Refusal interface {
	error
	refusal()
}

// Refusals are all the reasons why a request was refused.
type Refusals []Refusal

// Error joins the messages.
func (r Refusals) Error() string {
	messages := make([]string, len(r))
	for i, refusal := range r {
		messages[i] = refusal.Error()
	}
	return strings.Join(messages, "; ")
}

// Problem is common to all refusals: a stable code, a message for people, and the path of the
// input at fault.
type Problem struct {
	Code    string
	Message string
	Path    []string
}

// Error returns the message.
func (p Problem) Error() string { return p.Message }

func (Problem) refusal() {}

// InvalidInput says that a value breaks a rule for this input.
type InvalidInput struct{ Problem }

// OrderNotFound says that the user has no order with the id.
type OrderNotFound struct{ Problem }

// ProductNotFound says that no product on sale has the id.
type ProductNotFound struct {
	Problem
	ProductID string
}

// QuantityOutOfRange says that a quantity is negative, or more than an order can hold of any
// product.
type QuantityOutOfRange struct {
	Problem
	ProductID       string
	MaximumQuantity int
}

// OrderNotEditable says that the order has been placed.
type OrderNotEditable struct {
	Problem
	Status Status
}

// VersionConflict says that the order has changed, and contains the current one.
type VersionConflict struct {
	Problem
	Order *Order
}

// OrderEmpty says that the order has no items.
type OrderEmpty struct{ Problem }

// ProductUnavailable says that a product is no longer on sale as the order describes it.
type ProductUnavailable struct {
	Problem
	ProductID string
}

// OutOfStock says that the stock has fewer of a product than the order asks for.
type OutOfStock struct {
	Problem
	ProductID         string
	AvailableQuantity int
}

// PriceChanged says that a product has another price now.
type PriceChanged struct {
	Problem
	ProductID     string
	CurrentPrice  money.Money
	PreviousPrice *money.Money // the price that the buyer saw before; nil means the order's
}

// StockUnreachable says that the stock did not answer in time.
type StockUnreachable struct{ Problem }

// OrderNotCancellable says that the order is not placed, or is already being packed or sent.
type OrderNotCancellable struct {
	Problem
	Status Status
}

// StatusNotAllowed says that the order cannot move from its status to the requested one.
type StatusNotAllowed struct {
	Problem
	Status  Status
	Allowed []Status
}

// TooManyDrafts says that the user has the maximum number of drafts.
type TooManyDrafts struct {
	Problem
	MaximumDrafts int
}

// IdempotencyKeyReused says that the key was already used with another input.
type IdempotencyKeyReused struct{ Problem }

func invalid(path []string, format string, args ...any) InvalidInput {
	return InvalidInput{Problem{"INVALID_INPUT", fmt.Sprintf(format, args...), path}}
}

func orderNotFound() OrderNotFound {
	return OrderNotFound{Problem{"ORDER_NOT_FOUND", "You have no order with this id.", at("orderId")}}
}

func productNotFound(path []string, id string) ProductNotFound {
	return ProductNotFound{Problem{"PRODUCT_NOT_FOUND", "No product on sale has this id.", path}, id}
}

func quantityOutOfRange(path []string, id string, least int) QuantityOutOfRange {
	message := fmt.Sprintf("The quantity must be between %d and %d.", least, MaximumQuantity)
	return QuantityOutOfRange{Problem{"QUANTITY_OUT_OF_RANGE", message, path}, id, MaximumQuantity}
}

func orderNotEditable(status Status) OrderNotEditable {
	const message = "The order has been placed and can no longer be changed."
	return OrderNotEditable{Problem{"ORDER_NOT_EDITABLE", message, at("orderId")}, status}
}

func versionConflict(current *Order) VersionConflict {
	const message = "The order has changed in the meantime. Check it and try again."
	return VersionConflict{Problem{"VERSION_CONFLICT", message, at("expectedVersion")}, current}
}

func orderEmpty() OrderEmpty {
	return OrderEmpty{Problem{"ORDER_EMPTY", "The order is empty.", at("orderId")}}
}

func productUnavailable(item Item) ProductUnavailable {
	message := fmt.Sprintf("%q is no longer on sale. Remove it to continue.", item.Title)
	return ProductUnavailable{Problem{"PRODUCT_UNAVAILABLE", message, at("orderId")}, item.ProductID}
}

func outOfStock(title string, p OrderProblem) OutOfStock {
	message := fmt.Sprintf("Only %d of %q left.", p.Available, title)
	if p.Available <= 0 {
		message = fmt.Sprintf("%q is sold out.", title)
	}
	return OutOfStock{Problem{"OUT_OF_STOCK", message, at("orderId")}, p.ProductID, max(p.Available, 0)}
}

func priceChanged(title string, p OrderProblem) PriceChanged {
	changed := PriceChanged{
		Problem:   Problem{"PRICE_CHANGED", "", at("orderId")},
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
	return StockUnreachable{Problem{"STOCK_UNREACHABLE", message, at("orderId")}}
}

func orderNotCancellable(status Status) OrderNotCancellable {
	message := "It is too late to cancel the order."
	if status == Draft {
		message = "The order has not been placed."
	}
	return OrderNotCancellable{Problem{"ORDER_NOT_CANCELLABLE", message, at("orderId")}, status}
}

func statusNotAllowed(status Status, allowed []Status) StatusNotAllowed {
	message := fmt.Sprintf("The order is %s, and you cannot change that.", status)
	if len(allowed) > 0 {
		message = fmt.Sprintf("The order is %s. Its next status can be %s.", status, join(allowed))
	}
	return StatusNotAllowed{Problem{"STATUS_NOT_ALLOWED", message, at("status")}, status, allowed}
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
	return StockUnreachable{Problem{"STOCK_UNREACHABLE", message, at("status")}}
}

func tooManyDrafts() TooManyDrafts {
	message := fmt.Sprintf("You have %d drafts, which is the maximum. Place or delete one first.", MaximumDrafts)
	return TooManyDrafts{Problem{"TOO_MANY_DRAFTS", message, nil}, MaximumDrafts}
}

func idempotencyKeyReused() IdempotencyKeyReused {
	const message = "This key was already used for something else."
	return IdempotencyKeyReused{Problem{"IDEMPOTENCY_KEY_REUSED", message, at("idempotencyKey")}}
}

// at returns the path of a field of the mutation's input.
func at(fields ...string) []string { return append([]string{"input"}, fields...) }
