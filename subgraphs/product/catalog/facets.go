package catalog

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Facets are the filters by which a list can be narrowed. Each facet is counted without its own
// filter and with all other filters.
type Facets struct {
	// Categories are the categories with matching products, in the shop's order.
	Categories []*CategoryFacet
	// Price is nil if no product matches.
	Price *PriceFacet
	// InStock is the number of products that can be ordered now.
	InStock int
}

// CategoryFacet is the number of products of a list in one category.
type CategoryFacet struct {
	Category *Category
	Count    int
}

// PriceFacet is the range of prices in a list.
type PriceFacet struct{ Lowest, Highest money.Money }

// Tally is the contribution of one category to the facets.
type Tally struct {
	CategoryID string
	// Count is the number of products that match all filters except the category.
	Count int
	// Lowest and Highest are the prices of the products that match all filters except the price.
	// They are nil if none matches.
	Lowest, Highest *int64
	// Currency is the currency of the prices.
	Currency string
	// InStock is the number of matching products that can be ordered.
	InStock int
}

// Facets returns the facets of the page's list.
func (p *Page) Facets(ctx context.Context) (*Facets, error) {
	tallies, err := p.store.Tally(ctx, p.listing.Criteria)
	if err != nil {
		return nil, err
	}
	categories, err := p.store.Categories(ctx)
	if err != nil {
		return nil, err
	}
	byCategory := index(tallies, func(t *Tally) string { return t.CategoryID })
	facets := &Facets{Categories: []*CategoryFacet{}}
	for _, category := range categories {
		if tally := byCategory[category.ID]; tally != nil {
			facets.add(category, *tally)
		}
	}
	return facets, nil
}

func (f *Facets) add(c *Category, t Tally) {
	if t.Count > 0 {
		f.Categories = append(f.Categories, &CategoryFacet{c, t.Count})
	}
	f.InStock += t.InStock
	if t.Lowest == nil || t.Highest == nil {
		return
	}
	if f.Price == nil {
		f.Price = &PriceFacet{
			money.Money{AmountMinor: *t.Lowest, Currency: t.Currency},
			money.Money{AmountMinor: *t.Highest, Currency: t.Currency},
		}
	}
	f.Price.Lowest.AmountMinor = min(f.Price.Lowest.AmountMinor, *t.Lowest)
	f.Price.Highest.AmountMinor = max(f.Price.Highest.AmountMinor, *t.Highest)
}
