package stock

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// EntryPrefix is the prefix of the ledger's ids.
const EntryPrefix = "led"

const (
	maximumDelta  = 1_000_000
	maximumReason = 200
	minimumKey    = 8
	maximumKey    = 128
)

// Adjustment is a change of what is on hand: a delivery, a count, a loss.
type Adjustment struct {
	ProductID string
	Delta     int
	Reason    string
	// Key is chosen by whoever asks: the same key adjusts once.
	Key string
}

// Entry is a row of the ledger.
type Entry struct {
	ID        string
	ProductID string
	Delta     int
	Reason    string
	Actor     string // a user's id, or what else adjusted
	Key       string
	CreatedAt time.Time
}

// Opening is the entry of a new product.
func Opening(p catalog.Product, actor string) Entry {
	return Entry{
		ID: ids.New(EntryPrefix), ProductID: p.ID, Delta: p.OnHand, Reason: "opening stock",
		Actor: actor, Key: "opening " + p.ID, CreatedAt: p.CreatedAt,
	}
}

// same tells whether an entry is what the adjustment made before.
func (a Adjustment) same(e Entry) bool {
	return a.ProductID == e.ProductID && a.Delta == e.Delta && a.Reason == e.Reason
}

func (a Adjustment) check() error {
	switch reason, key := utf8.RuneCountInString(a.Reason), utf8.RuneCountInString(a.Key); {
	case a.Delta == 0 || a.Delta < -maximumDelta || a.Delta > maximumDelta:
		return refuse(InvalidInput, "delta", "The delta must be a number other than 0, up to %d.", maximumDelta)
	case reason < 1 || reason > maximumReason || !utf8.ValidString(a.Reason):
		return refuse(InvalidInput, "reason", "A reason of 1 to %d characters is needed.", maximumReason)
	case key < minimumKey || key > maximumKey || !utf8.ValidString(a.Key):
		return refuse(InvalidInput, "idempotencyKey", "The idempotency key must have %d to %d characters.", minimumKey, maximumKey)
	}
	return nil
}

// Adjust changes what is on hand and writes down who did it and why. It cannot take away what is
// held for orders.
func (s *Service) Adjust(ctx context.Context, actor string, a Adjustment) (*catalog.Product, error) {
	a.Reason = strings.TrimSpace(a.Reason)
	if err := a.check(); err != nil {
		return nil, err
	}
	var adjusted *catalog.Product
	err := s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) (err error) {
		adjusted, err = s.adjust(ctx, tx, actor, a)
		return err
	})
	return adjusted, err
}

func (s *Service) adjust(ctx context.Context, tx Tx, actor string, a Adjustment) (*catalog.Product, error) {
	if !catalog.IsKey(a.ProductID) {
		return nil, unknownProduct()
	}
	products, err := tx.Products(ctx, []string{a.ProductID})
	if err != nil {
		return nil, err
	}
	p := products[a.ProductID]
	if p == nil {
		return nil, unknownProduct()
	}
	before, err := tx.Entry(ctx, a.Key)
	switch {
	case err != nil:
		return nil, err
	case before != nil && a.same(*before):
		return p, nil
	case before != nil:
		return nil, refuse(KeyReused, "idempotencyKey", "This key was used before, for something else.")
	case p.Available()+a.Delta < 0:
		return nil, refuse(InsufficientStock, "delta",
			"Of %d on hand, %d are held for orders: at most %d can be taken.", p.OnHand, p.Reserved, p.Available())
	}
	return tx.Enter(ctx, Entry{ids.New(EntryPrefix), a.ProductID, a.Delta, a.Reason, actor, a.Key, s.now()})
}

func unknownProduct() error { return refuse(ProductNotFound, "productId", "No product has this id.") }

// Code says in a word why an adjustment is refused.
type Code string

// The codes.
const (
	InvalidInput      Code = "INVALID_INPUT"
	ProductNotFound   Code = "PRODUCT_NOT_FOUND"
	InsufficientStock Code = "INSUFFICIENT_STOCK"
	KeyReused         Code = "IDEMPOTENCY_KEY_REUSED"
)

// Refusal is something that whoever asks can mend.
type Refusal struct {
	Code    Code
	Field   string
	Message string
}

func (r *Refusal) Error() string { return r.Message }

func refuse(code Code, field, format string, args ...any) error {
	return &Refusal{code, field, fmt.Sprintf(format, args...)}
}
