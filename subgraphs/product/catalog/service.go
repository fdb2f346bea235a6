package catalog

import (
	"context"
	"errors"
	"time"
)

// Key is a field that names one product or category.
type Key string

// The two keys of products and of categories.
const (
	ByID   Key = "id"
	BySlug Key = "slug"
)

// ProductReader finds active products.
type ProductReader interface {
	Products(context.Context, Listing) ([]*Product, error)
	CountProducts(context.Context, Criteria) (int, error)
	// ProductsBy returns those of the products that exist, in any order.
	ProductsBy(ctx context.Context, key Key, values []string) ([]*Product, error)
}

// ShelfReader finds what belongs to products.
type ShelfReader interface {
	// Categories returns all, in the shop's order.
	Categories(context.Context) ([]*Category, error)
	// CategoriesBy returns those of the categories that exist, in any order.
	CategoriesBy(ctx context.Context, key Key, values []string) ([]*Category, error)
	// Images returns each product's pictures, in order, by the product's id.
	Images(ctx context.Context, productIDs []string) (map[string][]*Image, error)
}

// ProductWriter changes products.
type ProductWriter interface {
	// UpdateProduct changes one product, active or not, and records for other services, in the
	// same transaction, that it did. The change may be run again if the transaction has to be; its error ends it. An unknown id is
	// ErrNotFound.
	UpdateProduct(ctx context.Context, id string, change func(*Product) error) (*Product, error)
}

// Store is what the catalogue needs of a database.
type Store interface {
	ProductReader
	ShelfReader
	ProductWriter
}

// Service answers for the catalogue.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns the service over a store; now tells the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// Product returns the product of an id or a slug, exactly one of which must be given; nil if
// there is none.
func (s *Service) Product(ctx context.Context, id, slug *string) (*Product, error) {
	switch {
	case (id == nil) == (slug == nil):
		return nil, invalid("Give either `id` or `slug`, and not both.")
	case id != nil:
		return first(s.ProductsBy(ctx, ByID, []string{*id}))
	}
	return first(s.ProductsBy(ctx, BySlug, []string{*slug}))
}

// Products returns a page of products.
func (s *Service) Products(ctx context.Context, q Query) (*Page, error) {
	listing, err := q.listing()
	if err != nil {
		return nil, err
	}
	found, err := s.store.Products(ctx, listing)
	if err != nil {
		return nil, err
	}
	together(s.store, found)
	return newPage(found, listing, s.store), nil
}

// ProductsBy returns the product of each key value, nil where there is none.
func (s *Service) ProductsBy(ctx context.Context, key Key, values []string) ([]*Product, error) {
	found, err := s.store.ProductsBy(ctx, key, distinct(values))
	if err != nil {
		return nil, err
	}
	together(s.store, found)
	return align(values, found, func(p *Product) string {
		if key == BySlug {
			return p.Slug
		}
		return p.ID
	}), nil
}

// Categories returns all categories in the shop's order.
func (s *Service) Categories(ctx context.Context) ([]*Category, error) {
	return s.store.Categories(ctx)
}

// CategoriesBy returns the category of each key value, nil where there is none.
func (s *Service) CategoriesBy(ctx context.Context, key Key, values []string) ([]*Category, error) {
	found, err := s.store.CategoriesBy(ctx, key, distinct(values))
	if err != nil {
		return nil, err
	}
	return align(values, found, func(c *Category) string {
		if key == BySlug {
			return c.Slug
		}
		return c.ID
	}), nil
}

// Together lets a product that came from elsewhere be asked for what belongs to it.
func (s *Service) Together(p *Product) *Product {
	together(s.store, []*Product{p})
	return p
}

// Update changes a product, and tells others of it.
func (s *Service) Update(ctx context.Context, id string, c Change) (*Product, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	changed, err := s.store.UpdateProduct(ctx, id, func(p *Product) error {
		if err := c.apply(p); err != nil {
			return err
		}
		p.Version++
		p.UpdatedAt = s.now()
		return nil
	})
	var meanwhile *ChangedError
	if errors.As(err, &meanwhile) {
		together(s.store, []*Product{meanwhile.Now})
	}
	if err != nil {
		return nil, err
	}
	together(s.store, []*Product{changed})
	return changed, nil
}
