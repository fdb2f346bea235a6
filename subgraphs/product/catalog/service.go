package catalog

import (
	"context"
	"time"
)

// Key is a field that names one product or category.
type Key string

// The two keys of products and of categories.
const (
	ByID   Key = "id"
	BySlug Key = "slug"
)

// ProductReader finds products: active ones, where nothing else is said.
type ProductReader interface {
	Products(context.Context, Listing) ([]*Product, error)
	CountProducts(context.Context, Criteria) (int, error)
	// Tally counts for the facets, category by category; those of which no product has the words
	// are left out.
	Tally(context.Context, Criteria) ([]*Tally, error)
	// Currency returns that of all prices; nothing if there is no product.
	Currency(context.Context) (string, error)
	// ProductsBy returns those of the products that exist, active or not if hidden is true, in any
	// order.
	ProductsBy(ctx context.Context, key Key, values []string, hidden bool) ([]*Product, error)
}

// ShelfReader finds what belongs to products.
type ShelfReader interface {
	// Categories returns all, in the shop's order.
	Categories(context.Context) ([]*Category, error)
	// CategoriesBy returns those of the categories that exist, in any order.
	CategoriesBy(ctx context.Context, key Key, values []string) ([]*Category, error)
	// CountShelves returns how many active products each category has, by the category's id.
	CountShelves(ctx context.Context, categoryIDs []string) (map[string]int, error)
	// Images returns each product's pictures, in order, by the product's id.
	Images(ctx context.Context, productIDs []string) (map[string][]*Image, error)
}

// ProductWriter writes products. Each method records for other services, in its transaction, what
// it did.
type ProductWriter interface {
	// CreateProduct adds a product. If its key was used before, that is ErrKeyReused, or, for the
	// same input, the product that was created then. A slug or SKU of another is a TakenError.
	CreateProduct(context.Context, Birth) (*Product, error)
	// UpdateProduct changes one product, active or not, and, unless they are nil, its images. The
	// change may be run again if the transaction has to be; its error ends it. An unknown id is
	// ErrNotFound, a slug or SKU of another a TakenError.
	UpdateProduct(ctx context.Context, id string, images *[]Image, change func(*Product) error) (*Product, error)
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
	// staff finds by their keys what is not on sale, too.
	staff bool
}

// NewService returns the service over a store; now tells the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// ForStaff returns the service that also finds products which are not on sale.
func (s *Service) ForStaff() *Service {
	of := *s
	of.staff = true
	return &of
}

// Product returns the product of an id or a slug, exactly one of which must be given; nil if
// there is none.
func (s *Service) Product(ctx context.Context, id, slug *string) (*Product, error) {
	switch {
	case (id == nil) == (slug == nil):
		return nil, invalid("id", "Give either `id` or `slug`, and not both.")
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
	return s.page(ctx, listing)
}

// LowStock returns a page of the products of which at most so many are left, the fewest first.
func (s *Service) LowStock(ctx context.Context, q Query, atMost int) (*Page, error) {
	q.Sort = FewestLeft
	listing, err := q.listing()
	if err != nil {
		return nil, err
	}
	listing.Criteria.AtMost = &atMost
	return s.page(ctx, listing)
}

func (s *Service) page(ctx context.Context, listing Listing) (*Page, error) {
	if listing.Limit == 1 && listing.After == nil && listing.Skip == 0 {
		// Who asks for no products asks how many there are: that says whether any follow, and is remembered.
		page := newPage(nil, listing, s.store)
		total, err := page.TotalCount(ctx)
		page.PageInfo.HasNextPage = total > 0
		return page, err
	}
	found, err := s.store.Products(ctx, listing)
	if err != nil {
		return nil, err
	}
	together(s.store, found...)
	return newPage(found, listing, s.store), nil
}

// ProductsBy returns the product of each key value, nil where there is none.
func (s *Service) ProductsBy(ctx context.Context, key Key, values []string) ([]*Product, error) {
	wanted := possible(values)
	if len(wanted) == 0 {
		return make([]*Product, len(values)), nil
	}
	found, err := s.store.ProductsBy(ctx, key, wanted, s.staff)
	if err != nil {
		return nil, err
	}
	together(s.store, found...)
	return align(values, found, func(p *Product) string {
		if key == BySlug {
			return p.Slug
		}
		return p.ID
	}), nil
}

// Categories returns all categories in the shop's order.
func (s *Service) Categories(ctx context.Context) ([]*Category, error) {
	all, err := s.store.Categories(ctx)
	shelve(s.store, all)
	return all, err
}

// CategoriesBy returns the category of each key value, nil where there is none.
func (s *Service) CategoriesBy(ctx context.Context, key Key, values []string) ([]*Category, error) {
	wanted := possible(values)
	if len(wanted) == 0 {
		return make([]*Category, len(values)), nil
	}
	found, err := s.store.CategoriesBy(ctx, key, wanted)
	if err != nil {
		return nil, err
	}
	shelve(s.store, found)
	return align(values, found, func(c *Category) string {
		if key == BySlug {
			return c.Slug
		}
		return c.ID
	}), nil
}

// Together lets a product that came from elsewhere be asked for what belongs to it.
func (s *Service) Together(p *Product) *Product {
	together(s.store, p)
	return p
}
