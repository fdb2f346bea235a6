package sales

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// InputError is a request that makes no sense, such as a cursor of another list; its message is for
// the one who sent it.
type InputError struct{ Message string }

func (e *InputError) Error() string { return e.Message }

// Refusal is an expected failure, and something that the user can mend. There is one type for each
// reason, with the facts of that reason.
type Refusal interface {
	error
	refusal()
}

// Refusals are all the reasons for which something was not done.
type Refusals []Refusal

// Error joins the messages.
func (r Refusals) Error() string {
	messages := make([]string, len(r))
	for i, refusal := range r {
		messages[i] = refusal.Error()
	}
	return strings.Join(messages, "; ")
}

// Problem is what all refusals have: a stable code, a message for people, and the path of the input
// at fault.
type Problem struct {
	Code    string
	Message string
	Path    []string
}

// Error is the message.
func (p Problem) Error() string { return p.Message }

func (Problem) refusal() {}

// InvalidInput is an input that breaks a rule of its own.
type InvalidInput struct{ Problem }

// OrderNotFound says that no order of the user's has the id.
type OrderNotFound struct{ Problem }

// ProductNotFound says that no product on sale has the id.
type ProductNotFound struct {
	Problem
	ProductID string
}

// QuantityOutOfRange is a quantity that is negative, or more than an order can hold of anything.
type QuantityOutOfRange struct {
	Problem
	ProductID       string
	MaximumQuantity int
}

// OrderNotEditable says that the order is placed.
type OrderNotEditable struct {
	Problem
	Status Status
}

// VersionConflict says that the order has changed meanwhile, and how it is now.
type VersionConflict struct {
	Problem
	Order *Order
}

// OrderEmpty says that there is nothing to place.
type OrderEmpty struct{ Problem }

// ProductUnavailable says that a product of the order is no longer on sale as it stands there.
type ProductUnavailable struct {
	Problem
	ProductID string
}

// OutOfStock says that there are not as many of a product as the order wants.
type OutOfStock struct {
	Problem
	ProductID         string
	AvailableQuantity int
}

// PriceChanged says that a product costs something else by now.
type PriceChanged struct {
	Problem
	ProductID     string
	CurrentPrice  money.Money
	PreviousPrice *money.Money // that the buyer was told of before; nil: the one that the order had
}

// StockUnreachable says that nobody could tell in time whether there is enough.
type StockUnreachable struct{ Problem }

// OrderNotCancellable says that the order is not placed, or on its way.
type OrderNotCancellable struct {
	Problem
	Status Status
}

// StatusNotAllowed says that the order does not go from its status to the one wanted.
type StatusNotAllowed struct {
	Problem
	Status  Status
	Allowed []Status
}

// TooManyDrafts says that the user has as many drafts as there can be.
type TooManyDrafts struct {
	Problem
	MaximumDrafts int
}

// IdempotencyKeyReused says that the key came before, with another input.
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
	const message = "The order is placed and no longer changes."
	return OrderNotEditable{Problem{"ORDER_NOT_EDITABLE", message, at("orderId")}, status}
}

func versionConflict(current *Order) VersionConflict {
	const message = "The order has changed meanwhile. Look at it again."
	return VersionConflict{Problem{"VERSION_CONFLICT", message, at("expectedVersion")}, current}
}

func orderEmpty() OrderEmpty {
	return OrderEmpty{Problem{"ORDER_EMPTY", "There is nothing in the order.", at("orderId")}}
}

func productUnavailable(item Item) ProductUnavailable {
	message := fmt.Sprintf("%q is no longer on sale. Remove it to go on.", item.Title)
	return ProductUnavailable{Problem{"PRODUCT_UNAVAILABLE", message, at("orderId")}, item.ProductID}
}

func outOfStock(title string, p OrderProblem) OutOfStock {
	message := fmt.Sprintf("Of %q there are only %d left.", title, p.Available)
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
	const message = "Nobody could tell in time whether there is enough. Nothing is ordered; place it again."
	return StockUnreachable{Problem{"STOCK_UNREACHABLE", message, at("orderId")}}
}

func orderNotCancellable(status Status) OrderNotCancellable {
	message := "The order is on its way and can no longer be cancelled."
	if status == Draft {
		message = "The order is not placed."
	}
	return OrderNotCancellable{Problem{"ORDER_NOT_CANCELLABLE", message, at("orderId")}, status}
}

func statusNotAllowed(status Status, allowed []Status) StatusNotAllowed {
	message := fmt.Sprintf("The order is %s and stays so.", status)
	if len(allowed) > 0 {
		message = fmt.Sprintf("The order is %s: next it can be %s.", status, join(allowed))
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
	message := fmt.Sprintf("You have %d drafts, and that is the maximum. Place or delete one first.", MaximumDrafts)
	return TooManyDrafts{Problem{"TOO_MANY_DRAFTS", message, nil}, MaximumDrafts}
}

func idempotencyKeyReused() IdempotencyKeyReused {
	const message = "This key was used before, for something else."
	return IdempotencyKeyReused{Problem{"IDEMPOTENCY_KEY_REUSED", message, at("idempotencyKey")}}
}

// at is the path of a field of the mutation's input.
func at(fields ...string) []string { return append([]string{"input"}, fields...) }
