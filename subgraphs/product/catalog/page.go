package catalog

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
)

// Page is one page of a list of products, with the data to continue from there.
type Page struct {
	keyset.Page[Product]

	listing Listing
	store   Store
	total   func(context.Context) (int, error)
}

// Edge is a product and its cursor.
type Edge struct {
	Cursor string
	Node   *Product
}

// Edges returns the page's products with their cursors.
func (p *Page) Edges() []*Edge { return keyset.Edges[Edge](p.Page) }

// TotalCount returns the number of products in the list.
func (p *Page) TotalCount(ctx context.Context) (int, error) { return p.total(ctx) }

// PageCount returns the number of pages that can be requested by number.
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

// counting returns a function that counts on its first call and remembers the result.
func counting(store ProductReader, c Criteria) func(context.Context) (int, error) {
	var count batch.Once[int]
	return func(ctx context.Context) (int, error) {
		return count.Get(func() (int, error) { return store.CountProducts(ctx, c) })
	}
}
