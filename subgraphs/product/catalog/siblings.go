package catalog

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/siblings"
)

// related is the data related to products of one list.
type related struct {
	categories *siblings.Of[*Category]
	images     *siblings.Of[[]*Image]
}

// together makes the products read their related data in one call.
func together(store ShelfReader, products ...*Product) {
	one := &related{
		categories: siblings.Together(each(products, func(p *Product) string { return p.CategoryID }),
			func(ctx context.Context, ids []string) (map[string]*Category, error) {
				found, err := store.CategoriesBy(ctx, ByID, ids)
				shelve(store, found)
				return index(found, func(c *Category) string { return c.ID }), err
			}),
		images: siblings.Together(each(products, func(p *Product) string { return p.ID }), store.Images),
	}
	for _, p := range products {
		p.related = one
	}
}

// shelve makes the categories read their related data in one call.
func shelve(store ShelfReader, categories []*Category) {
	ids := each(categories, func(c *Category) string { return c.ID })
	counts := siblings.Together(ids, store.CountShelves)
	for _, c := range categories {
		c.counts = counts
	}
}

// Category returns the product's category.
func (p *Product) Category(ctx context.Context) (*Category, error) {
	return p.related.categories.Get(ctx, p.CategoryID)
}

// Images returns the product's pictures, the main one first.
func (p *Product) Images(ctx context.Context) ([]*Image, error) {
	return p.related.images.Get(ctx, p.ID)
}

// ProductCount returns the number of active products in the category.
func (c *Category) ProductCount(ctx context.Context) (int, error) {
	return c.counts.Get(ctx, c.ID)
}
