package catalog

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/siblings"
)

// Page is a part of a list of products, with what is needed to go on from there.
type Page struct {
	keyset.Page[Product]

	listing Listing
	store   Store
	total   func(context.Context) (int, error)
}

// Edge is a product and its place in the list.
type Edge struct {
	Cursor string
	Node   *Product
}

// Edges returns the page's products, each with its cursor.
func (p *Page) Edges() []*Edge { return keyset.Edges[Edge](p.Page) }

// TotalCount counts all products of the list.
func (p *Page) TotalCount(ctx context.Context) (int, error) { return p.total(ctx) }

// PageCount is how many pages there are, of those that can be asked for by their number.
func (p *Page) PageCount(ctx context.Context) (int, error) {
	size := p.listing.Limit - 1
	if size == 0 {
		return 0, nil
	}
	total, err := p.total(ctx)
	return min((total+size-1)/size, maximumDepth/size), err
}

func newPage(found []*Product, l Listing, store Store) *Page {
	return &Page{
		Page: keyset.New(found, l.Limit-1, l.After != nil || l.Skip > 0, func(p *Product) string {
			return PositionOf(*p, l.Sort).Cursor(string(l.Sort))
		}),
		listing: l, store: store,
		total: counting(store, l.Criteria),
	}
}

// counting counts when it is called first.
func counting(store ProductReader, c Criteria) func(context.Context) (int, error) {
	var count siblings.Once[int]
	return func(ctx context.Context) (int, error) {
		return count.Get(func() (int, error) { return store.CountProducts(ctx, c) })
	}
}
