package sales

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// Limits of the input.
const (
	MaximumChanges = 200 // in one request: enough to empty a full order and fill it again
	maximumName    = 100 // characters
	maximumID      = 100 // bytes of another service's id
)

// NewOrder is the input of Create.
type NewOrder struct {
	Name           *string
	Items          []Quantity
	IdempotencyKey *string `json:"-"` // without it, a repetition creates another draft
}

// hash returns the hash of the input. It differs from that of any Changes, which share the keys.
func (n NewOrder) hash() (string, error) {
	request, err := json.Marshal(n)
	return hash(append([]byte("create "), request...)), err
}

// Quantity is a number of pieces of a product.
type Quantity struct {
	ProductID string
	Quantity  int
}

// Changes are the changes to make to a draft, in order, all or none.
type Changes struct {
	OrderID         *string // nil means the basket, which is created if there is none
	ExpectedVersion *int    // nil accepts any
	Changes         []Change
	IdempotencyKey  *string `json:"-"` // without it, a repetition changes again
}

// hash returns the hash of the input, which tells inputs with the same key apart.
func (c Changes) hash() (string, error) {
	request, err := json.Marshal(c)
	return hash(request), err
}

// Change is a change of one item.
type Change struct {
	Action    Action
	ProductID string
	Quantity  *int
}

// Action is what a change does.
type Action string

// The actions.
const (
	Add    Action = "ADD"    // that many more
	Set    Action = "SET"    // exactly that many; 0 removes
	Remove Action = "REMOVE" // does nothing if it is missing
)

// change is one change with its path in the input.
type change struct {
	action    Action
	productID string
	quantity  *int
	path      []string
}

func (n NewOrder) changes() []change {
	changes := make([]change, len(n.Items))
	for i, item := range n.Items {
		path := refusal.At("items", strconv.Itoa(i))
		changes[i] = change{Add, item.ProductID, &item.Quantity, path}
	}
	return changes
}

func (c Changes) changes() []change {
	changes := make([]change, len(c.Changes))
	for i, one := range c.Changes {
		path := refusal.At("changes", strconv.Itoa(i))
		changes[i] = change{one.Action, one.ProductID, one.Quantity, path}
	}
	return changes
}

// checkName returns the name without surrounding spaces, or nil if it is empty.
func checkName(name *string) (*string, error) {
	if name == nil {
		return nil, nil
	}
	trimmed := strings.TrimSpace(*name)
	tooLong := utf8.RuneCountInString(trimmed) > maximumName
	if tooLong || strings.ContainsFunc(trimmed, unicode.IsControl) {
		return nil, refusal.Invalid(refusal.At("name"),
			"The name must be at most %d characters, without line breaks.", maximumName)
	}
	if trimmed == "" {
		return nil, nil
	}
	return &trimmed, nil
}

// apply makes the changes, or returns every reason why it cannot. After an error the order is
// inconsistent and must not be used.
func (o *Order) apply(changes []change, products map[string]Product) error {
	var refusals []error
	for _, c := range changes {
		if refused := o.applyOne(c, products); refused != nil {
			refusals = append(refusals, refused)
		}
	}
	if refusals == nil && len(o.Items) > MaximumItems {
		return refusal.Invalid(refusal.At(),
			"An order can hold at most %d different products.", MaximumItems)
	}
	return errors.Join(refusals...)
}

func (o *Order) applyOne(c change, products map[string]Product) error {
	if c.action == Remove {
		return o.remove(c)
	}
	quantity, refused := c.checkQuantity()
	if refused != nil {
		return refused
	}
	if c.action == Set && quantity == 0 {
		o.drop(c.productID)
		return nil
	}
	product, known := products[c.productID]
	if !known || !product.Active {
		return productNotFound(c.field("productId"), c.productID)
	}
	return o.put(c, product, quantity)
}

func (o *Order) remove(c change) error {
	if c.quantity != nil {
		return refusal.Invalid(c.field("quantity"), "REMOVE takes no quantity. Use SET to change it.")
	}
	o.drop(c.productID)
	return nil
}

func (o *Order) drop(productID string) {
	if i := o.find(productID); i >= 0 {
		o.Items = slices.Delete(o.Items, i, i+1)
	}
}

// put sets or increases the quantity of a product, up to the maximum, and computes the total. So
// the change that makes the total too large is the one that is refused.
func (o *Order) put(c change, product Product, quantity int) error {
	i := o.find(product.ID)
	if i < 0 {
		o.Items = append(o.Items, Item{
			ID: ids.New(ItemPrefix), ProductID: product.ID, ShownPrice: product.Price,
		})
		i = len(o.Items) - 1
	}
	item := &o.Items[i]
	if c.action == Add {
		quantity += item.Quantity
	}
	if most := product.most(); quantity > most {
		o.Warnings = append(o.Warnings, quantityCapped(c.field("quantity"), product, quantity))
		quantity = most
	}
	item.Quantity = quantity
	item.follow(product)
	if err := o.sum(); err != nil {
		return refusal.Invalid(c.field("quantity"),
			"The total of the order would be too large, or in several currencies.")
	}
	return nil
}

// checkQuantity refuses a quantity out of range before it is added to another, so that no sum
// overflows.
func (c change) checkQuantity() (int, error) {
	least := 1
	if c.action == Set {
		least = 0
	}
	switch {
	case c.quantity == nil:
		return 0, refusal.Invalid(c.field("quantity"), "%s needs a quantity.", c.action)
	case *c.quantity < least || *c.quantity > MaximumQuantity:
		return 0, quantityOutOfRange(c.field("quantity"), c.productID, least)
	}
	return *c.quantity, nil
}

func (c change) field(name string) []string {
	return append(c.path[:len(c.path):len(c.path)], name)
}

// named returns the ids of the products in the changes. It leaves out ids that are too long to
// exist.
func named(changes []change) []string {
	ids := make([]string, 0, len(changes))
	for _, c := range changes {
		if len(c.productID) <= maximumID {
			ids = append(ids, c.productID)
		}
	}
	return ids
}

// change makes the changes and the order's next version. It reports whether anything is
// different.
func (o *Order) change(
	changes []change, products map[string]Product, now time.Time,
) (bool, error) {
	before := slices.Clone(o.Items)
	if err := o.apply(changes, products); err != nil {
		return false, err
	}
	o.recognise(before)
	o.Warnings = append(o.Warnings, o.repriced()...)
	if o.Version > 0 && slices.Equal(before, o.Items) {
		return false, nil
	}
	o.show()
	o.resolve(before)
	o.touch(now)
	return true, o.sum()
}

// recognise keeps the ids of items that the same changes removed and added again: for clients
// they are the same items.
func (o *Order) recognise(before []Item) {
	for i := range o.Items {
		same := func(item Item) bool { return item.ProductID == o.Items[i].ProductID }
		if was := slices.IndexFunc(before, same); was >= 0 {
			o.Items[i].ID = before[was].ID
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
