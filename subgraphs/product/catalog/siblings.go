package catalog

import (
	"context"
	"sync"
)

// siblings are products that were found together. What belongs to them is read once for all, when
// the first of them is asked for it; so a list costs the same number of calls however long it is,
// and nothing for what nobody asks.
type siblings struct {
	store      ShelfReader
	products   []*Product
	categories once[map[string]*Category]
	images     once[map[string][]*Image]
}

// together makes siblings of products.
func together(store ShelfReader, products []*Product) {
	family := &siblings{store: store, products: products}
	for _, p := range products {
		p.siblings = family
	}
}

// Category returns the product's category.
func (p *Product) Category(ctx context.Context) (*Category, error) {
	family := p.siblings
	categories, err := family.categories.get(func() (map[string]*Category, error) {
		ids := family.each(func(p *Product) string { return p.CategoryID })
		found, err := family.store.CategoriesBy(ctx, ByID, distinct(ids))
		return index(found, func(c *Category) string { return c.ID }), err
	})
	return categories[p.CategoryID], err
}

// Images returns the product's pictures, the most telling first.
func (p *Product) Images(ctx context.Context) ([]*Image, error) {
	family := p.siblings
	images, err := family.images.get(func() (map[string][]*Image, error) {
		ids := family.each(func(p *Product) string { return p.ID })
		return family.store.Images(ctx, distinct(ids))
	})
	return images[p.ID], err
}

func (s *siblings) each(of func(*Product) string) []string {
	values := make([]string, len(s.products))
	for i, p := range s.products {
		values[i] = of(p)
	}
	return values
}

// once keeps the result of the first call; callers meanwhile wait for it.
type once[T any] struct {
	sync.Once
	value T
	err   error
}

func (o *once[T]) get(read func() (T, error)) (T, error) {
	o.Do(func() { o.value, o.err = read() })
	return o.value, o.err
}
