package sales

import (
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// ErrBadProduct says that a product's description is invalid, so retrying is useless.
var ErrBadProduct = errors.New("sales: bad product")

// MaximumQuantity is how many of one product an order can have.
const MaximumQuantity = 999

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
	case p.Price.AmountMinor < 0, p.MaximumQuantity < 0,
		p.TaxBasisPoints < 0, p.TaxBasisPoints > 10_000:
		return fmt.Errorf("%w %q: number out of range", ErrBadProduct, p.ID)
	}
	return nil
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

// Item is one product of an order, as the catalogue described it.
type Item struct {
	ID        string
	ProductID string
	SKU       string
	Title     string
	Quantity  int
	UnitPrice money.Money
	// ShownPrice is the unit price that the buyer last saw: when the item was added, or in a
	// warning or problem.
	ShownPrice money.Money
	// TaxBasisPoints is the tax rate included in the price. The invoice uses this rate, even if
	// the catalogue's has changed by the time the stock answers.
	TaxBasisPoints int
	// ProductVersion is the version of the product that the item describes.
	ProductVersion int64
}

// LineTotal returns the price of all pieces.
func (i Item) LineTotal() (money.Money, error) { return i.UnitPrice.Times(i.Quantity) }

// follow copies the catalogue's current description into the item.
func (i *Item) follow(p Product) {
	i.SKU, i.Title, i.UnitPrice = p.SKU, p.Title, p.Price
	i.TaxBasisPoints, i.ProductVersion = p.TaxBasisPoints, p.Version
}

// agrees reports whether the item matches the catalogue, so that it can be bought. An item that
// could not follow the catalogue, because the total would be out of range, does not match.
func (i Item) agrees(p Product) bool {
	return p.ID == i.ProductID && p.Active &&
		p.Price == i.UnitPrice && p.TaxBasisPoints == i.TaxBasisPoints
}
