package sales

import (
	"context"
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// ErrBadProduct says that a product's description is invalid, so retrying is useless.
var ErrBadProduct = errors.New("sales: bad product")

// Product is what this package needs to know of a product: a row of the catalogue's replica.
type Product struct {
	ID              string
	SKU             string
	Title           string
	Price           money.Money
	TaxBasisPoints  int
	MaximumQuantity int // a hint; the product service decides about the stock
	Active          bool
	Version         int64
}

func (p Product) check() error {
	_, err := money.New(p.Price.AmountMinor, p.Price.Currency)
	switch {
	case err != nil:
		return fmt.Errorf("%w %q: %w", ErrBadProduct, p.ID, err)
	case p.ID == "", p.SKU == "", p.Title == "", p.Version < 1:
		return fmt.Errorf("%w %q: id, sku, title or version", ErrBadProduct, p.ID)
	case p.Price.AmountMinor < 0, p.TaxBasisPoints < 0, p.TaxBasisPoints > 10_000, p.MaximumQuantity < 0:
		return fmt.Errorf("%w %q: number out of range", ErrBadProduct, p.ID)
	}
	return nil
}

// follow copies the catalogue's current description into the item.
func (i *Item) follow(p Product) {
	i.SKU, i.Title, i.UnitPrice, i.TaxBasisPoints, i.ProductVersion = p.SKU, p.Title, p.Price, p.TaxBasisPoints, p.Version
}

// agrees reports whether the item matches the catalogue, so that it can be bought. An item that
// could not follow the catalogue, because the total would be out of range, does not match.
func (i Item) agrees(p Product) bool {
	return p.ID == i.ProductID && p.Active && p.Price == i.UnitPrice && p.TaxBasisPoints == i.TaxBasisPoints
}

// Learn adds a product's description to the catalogue's replica, and updates the drafts with the
// product. An old description changes nothing; an invalid one is ErrBadProduct.
//
// At each start the whole catalogue is read again. A product that is already known costs one read
// and does not wait for writers.
func (s *Service) Learn(ctx context.Context, p Product) error {
	if err := p.check(); err != nil {
		return err
	}
	if known, err := s.store.Knows(ctx, p.ID, p.Version); err != nil || known {
		return err
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return s.learn(ctx, tx, p) })
}

func (s *Service) learn(ctx context.Context, tx Tx, p Product) error {
	newer, err := tx.SaveProduct(ctx, p)
	if err != nil || !newer {
		return err
	}
	return tx.Follow(ctx, p, s.time())
}
