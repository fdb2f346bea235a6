package stock

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// EntryPrefix is the prefix of the ids of ledger entries.
const EntryPrefix = "led"

const (
	maximumDelta  = 1_000_000
	maximumReason = 200
	minimumKey    = 8
	maximumKey    = 128
)

// Adjustment is a change of the stock on hand, such as a delivery, a count or a loss.
type Adjustment struct {
	ProductID string
	Delta     int
	Reason    string
	// Key is the client's idempotency key: the same key adjusts once.
	Key string
}

// Entry is an entry of the ledger.
type Entry struct {
	ID        string
	ProductID string
	Delta     int
	Reason    string
	Actor     string // a user's id, or the name of a program
	Key       string
	CreatedAt time.Time
}

// Opening returns the first entry of a new product.
func Opening(p catalog.Product, actor string) Entry {
	return Entry{
		ID: ids.New(EntryPrefix), ProductID: p.ID, Delta: p.OnHand, Reason: "opening stock",
		Actor: actor, Key: "opening " + p.ID, CreatedAt: p.CreatedAt,
	}
}

// same reports whether this adjustment has made the entry before.
func (a Adjustment) same(e Entry) bool {
	return a.ProductID == e.ProductID && a.Delta == e.Delta && a.Reason == e.Reason
}

func (a Adjustment) check() error {
	switch reason, key := utf8.RuneCountInString(a.Reason), utf8.RuneCountInString(a.Key); {
	case a.Delta == 0 || a.Delta < -maximumDelta || a.Delta > maximumDelta:
		return refusal.Invalid(refusal.At("delta"),
			"The delta must be from -%[1]d to %[1]d, and not 0.", maximumDelta)
	case reason < 1 || reason > maximumReason || !utf8.ValidString(a.Reason):
		return refusal.Invalid(refusal.At("reason"),
			"The reason must have 1 to %d characters.", maximumReason)
	case key < minimumKey || key > maximumKey || !utf8.ValidString(a.Key):
		return refusal.Invalid(refusal.At("idempotencyKey"),
			"The idempotency key must have %d to %d characters.", minimumKey, maximumKey)
	}
	return nil
}

// Adjust changes the stock on hand and adds an entry to the ledger. It cannot remove pieces that
// are held for orders.
func (s *Service) Adjust(
	ctx context.Context, actor string, a Adjustment,
) (*catalog.Product, error) {
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

func (s *Service) adjust(
	ctx context.Context, tx Tx, actor string, a Adjustment,
) (*catalog.Product, error) {
	if !catalog.IsKey(a.ProductID) {
		return nil, catalog.NewUnknownProduct("productId")
	}
	products, err := tx.Products(ctx, []string{a.ProductID})
	if err != nil {
		return nil, err
	}
	p := products[a.ProductID]
	if p == nil {
		return nil, catalog.NewUnknownProduct("productId")
	}
	before, err := tx.Entry(ctx, a.Key)
	switch {
	case err != nil:
		return nil, err
	case before != nil && a.same(*before):
		return p, nil
	case before != nil:
		return nil, adjustmentKeyReused()
	case p.Available()+a.Delta < 0:
		return nil, insufficientStock(p)
	}
	entry := Entry{ids.New(EntryPrefix), a.ProductID, a.Delta, a.Reason, actor, a.Key, s.now()}
	return tx.Enter(ctx, entry)
}

// InsufficientStock says that fewer pieces are free than an adjustment would remove.
type InsufficientStock struct{ refusal.Problem }

// AdjustmentKeyReused says that an idempotency key was used before, with another input.
type AdjustmentKeyReused struct{ refusal.Problem }

func insufficientStock(p *catalog.Product) InsufficientStock {
	message := fmt.Sprintf("%d pieces are on hand, and %d of them are held for orders. "+
		"You can remove at most %d.", p.OnHand, p.Reserved, p.Available())
	return InsufficientStock{refusal.New("INSUFFICIENT_STOCK", message, refusal.At("delta"))}
}

func adjustmentKeyReused() AdjustmentKeyReused {
	const message = "This key was used before, with another input."
	return AdjustmentKeyReused{
		refusal.New("ADJUSTMENT_KEY_REUSED", message, refusal.At("idempotencyKey")),
	}
}
