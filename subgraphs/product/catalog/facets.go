package catalog

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Facets are what a list could be narrowed to. Each is counted as if the filter said nothing of
// it, and with all that the filter says else.
type Facets struct {
	// Categories are those that have any, in the shop's order.
	Categories []*CategoryFacet
	// Price is nil if nothing matches.
	Price *PriceFacet
	// InStock is how many can be ordered now.
	InStock int
}

// CategoryFacet is how many products of a list a category has.
type CategoryFacet struct {
	Category *Category
	Count    int
}

// PriceFacet is the range of a list's prices.
type PriceFacet struct{ Lowest, Highest money.Money }

// Tally is a category's part in the facets.
type Tally struct {
	CategoryID string
	// Count is of those that match but for the category.
	Count int
	// Lowest and Highest are the prices of those that match but for the price; nil if none does.
	Lowest, Highest *int64
	// Currency is that of its prices.
	Currency string
	// InStock is of those that match and can be ordered.
	InStock int
}

// Facets returns what the list could be narrowed to.
func (p *Page) Facets(ctx context.Context) (*Facets, error) {
	tallies, err := p.store.Tally(ctx, p.listing.Criteria)
	if err != nil {
		return nil, err
	}
	categories, err := p.store.Categories(ctx)
	if err != nil {
		return nil, err
	}
	shelve(p.store, categories)
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
		f.Price = &PriceFacet{money.Money{AmountMinor: *t.Lowest, Currency: t.Currency}, money.Money{AmountMinor: *t.Highest, Currency: t.Currency}}
	}
	f.Price.Lowest.AmountMinor = min(f.Price.Lowest.AmountMinor, *t.Lowest)
	f.Price.Highest.AmountMinor = max(f.Price.Highest.AmountMinor, *t.Highest)
}
