package catalog

import (
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
)

// Sort is an order of products. Every order is total: the id breaks ties.
type Sort string

// The orders in which products can be listed.
const (
	NameAsc   Sort = "NAME_ASC"
	NameDesc  Sort = "NAME_DESC"
	PriceAsc  Sort = "PRICE_ASC"
	PriceDesc Sort = "PRICE_DESC"
	Newest    Sort = "NEWEST"
	// FewestLeft is for staff only, because customers must not learn the numbers.
	FewestLeft Sort = "FEWEST_LEFT"
)

func (s Sort) valid() bool {
	switch s {
	case NameAsc, NameDesc, PriceAsc, PriceDesc, Newest, FewestLeft:
		return true
	}
	return false
}

// PositionOf returns the position of a product in an order.
func PositionOf(p Product, sort Sort) keyset.Position {
	position := keyset.Position{ID: p.ID}
	switch sort {
	case NameAsc, NameDesc:
		position.Text = Fold(p.Title)
	case PriceAsc, PriceDesc:
		position.Number = p.Price.AmountMinor
	case Newest:
		position.Number = p.CreatedAt.UnixMicro()
	case FewestLeft:
		position.Number = int64(p.Available())
	}
	return position
}

// Fold returns the form of a text that is compared for sorting. It is the same for all databases,
// whatever their collations.
func Fold(text string) string { return strings.ToLower(text) }
