package catalog

import (
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/siblings"
)

// Prefixes of the two kinds of id that the catalogue hands out.
const (
	ProductPrefix  = "prd"
	CategoryPrefix = "cat"
)

// Product is one thing on sale.
type Product struct {
	ID          string
	Slug        string
	SKU         string
	Title       string
	Description string
	CategoryID  string
	Price       money.Money
	// TaxBasisPoints is the rate of the tax that the price contains: 1900 is 19 %.
	TaxBasisPoints int
	// OnHand is the number of pieces in the warehouse.
	OnHand int
	// Reserved is how many of them are held for orders.
	Reserved int
	Active   bool
	// Version grows by one with every change.
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time

	family *family
}

// Category is a shelf of the shop.
type Category struct {
	ID          string
	Slug        string
	Title       string
	Description string

	counts *siblings.Of[int]
}

// Image is a picture of a product.
type Image struct {
	URL    string
	Alt    string
	Width  int
	Height int
}

// Available is the number of pieces that nobody holds.
func (p Product) Available() int { return p.OnHand - p.Reserved }

// IsEntity marks Product as one that other subgraphs refer to.
func (Product) IsEntity() {}

// IsEntity marks Category as one that other subgraphs refer to.
func (Category) IsEntity() {}
