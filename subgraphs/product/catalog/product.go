package catalog

import (
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// The prefixes of the catalogue's ids.
const (
	ProductPrefix  = "prd"
	CategoryPrefix = "cat"
)

// Product is a product of the shop.
type Product struct {
	ID          string
	Slug        string
	SKU         string
	Title       string
	Description string
	CategoryID  string
	Price       money.Money
	// TaxBasisPoints is the rate of the tax contained in the price: 1900 is 19 %.
	TaxBasisPoints int
	// OnHand is the number of pieces in the warehouse.
	OnHand int
	// Reserved is the number of these pieces that are held for orders.
	Reserved int
	Active   bool
	// Version grows by one with every change.
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Category is a category of products.
type Category struct {
	ID          string
	Slug        string
	Title       string
	Description string
}

// Image is a picture of a product.
type Image struct {
	URL    string
	Alt    string
	Width  int
	Height int
}

// Available returns the number of pieces that no order holds.
func (p Product) Available() int { return p.OnHand - p.Reserved }

// IsEntity marks Product as an entity, which other subgraphs can refer to.
func (Product) IsEntity() {}

// IsEntity marks Category as an entity, which other subgraphs can refer to.
func (Category) IsEntity() {}
