package catalog

import (
	"context"
	"time"
)

// Key is a field that identifies a product or a category.
type Key string

// The two keys of products and of categories.
const (
	ByID   Key = "id"
	BySlug Key = "slug"
)

// ProductReader finds products. It finds only active ones, unless a method says otherwise.
type ProductReader interface {
	Products(context.Context, Listing) ([]*Product, error)
	CountProducts(context.Context, Criteria) (int, error)
	// Tally counts for the facets, by category. It leaves out categories in which no product
	// matches the search.
	Tally(context.Context, Criteria) ([]*Tally, error)
	// Currency returns the currency of all prices, or "" if there is no product.
	Currency(context.Context) (string, error)
	// ProductsBy returns the products that have one of the values as their key, in any order. It
	// includes products that are not active if hidden is true.
	ProductsBy(ctx context.Context, key Key, values []string, hidden bool) ([]*Product, error)
}

// CategoryReader reads data related to products.
type CategoryReader interface {
	// Categories returns all categories in the shop's order.
	Categories(context.Context) ([]*Category, error)
	// CategoriesBy returns the categories that have one of the values as their key, in any order.
	CategoriesBy(ctx context.Context, key Key, values []string) ([]*Category, error)
	// CountByCategory returns the number of active products in each category, by the category's id.
	CountByCategory(ctx context.Context, categoryIDs []string) (map[string]int, error)
	// Images returns the pictures of each product in order, by the product's id.
	Images(ctx context.Context, productIDs []string) (map[string][]*Image, error)
}

// ProductWriter writes products. Each method adds a message about the change to the outbox, in
// the same transaction.
type ProductWriter interface {
	// CreateProduct adds a product. If its key was used before, it returns the product created
	// then if the input is the same, and otherwise CreationKeyReused. If another product has
	// the slug or SKU, it returns SlugTaken or SkuTaken.
	CreateProduct(context.Context, NewProduct) (*Product, error)
	// UpdateProduct changes a product, active or not, and replaces its images unless they are
	// nil. The function change may run more than once; its error aborts the update. For an
	// unknown id UpdateProduct returns UnknownProduct, and for a slug or SKU of another product
	// SlugTaken or SkuTaken.
	UpdateProduct(
		ctx context.Context, id string, images *[]Image, change func(*Product) error,
	) (*Product, error)
}

// Store is the database as the catalogue needs it.
type Store interface {
	ProductReader
	CategoryReader
	ProductWriter
}

// Service implements the rules of the catalogue.
type Service struct {
	store Store
	now   func() time.Time
	// staff is true if products that are not on sale can be found by their keys.
	staff bool
}

// NewService returns a service on a store. now returns the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// ForStaff returns a copy of the service that also finds products that are not on sale.
func (s *Service) ForStaff() *Service {
	of := *s
	of.staff = true
	return &of
}

// Product returns the product with an id or a slug, or nil if there is none. Exactly one of the
// two must be given.
func (s *Service) Product(ctx context.Context, id, slug *string) (*Product, error) {
	switch {
	case (id == nil) == (slug == nil):
		return nil, invalid("id", "Give either `id` or `slug`, not both.")
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

// LowStock returns a page of the products with at most atMost available pieces, the fewest first.
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
		// A page of no products needs only their number, which is cached and shows whether any
		// follow.
		page := newPage(nil, listing, s.store)
		total, err := page.TotalCount(ctx)
		page.PageInfo.HasNextPage = total > 0
		return page, err
	}
	found, err := s.store.Products(ctx, listing)
	if err != nil {
		return nil, err
	}
	return newPage(found, listing, s.store), nil
}

// ProductsBy returns the product for each key value, or nil where there is none.
func (s *Service) ProductsBy(ctx context.Context, key Key, values []string) ([]*Product, error) {
	wanted := possible(values)
	if len(wanted) == 0 {
		return make([]*Product, len(values)), nil
	}
	found, err := s.store.ProductsBy(ctx, key, wanted, s.staff)
	if err != nil {
		return nil, err
	}
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

// CategoriesBy returns the category for each key value, or nil where there is none.
func (s *Service) CategoriesBy(
	ctx context.Context, key Key, values []string,
) ([]*Category, error) {
	wanted := possible(values)
	if len(wanted) == 0 {
		return make([]*Category, len(values)), nil
	}
	found, err := s.store.CategoriesBy(ctx, key, wanted)
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

// CategoriesByID returns categories by their ids.
func (s *Service) CategoriesByID(
	ctx context.Context, ids []string,
) (map[string]*Category, error) {
	found, err := s.store.CategoriesBy(ctx, ByID, ids)
	return index(found, func(c *Category) string { return c.ID }), err
}

// Images returns the pictures of products, the main one first, by the product's id.
func (s *Service) Images(
	ctx context.Context, productIDs []string,
) (map[string][]*Image, error) {
	return s.store.Images(ctx, productIDs)
}

// ProductCounts returns the number of active products in categories, by the category's id.
func (s *Service) ProductCounts(
	ctx context.Context, categoryIDs []string,
) (map[string]int, error) {
	return s.store.CountByCategory(ctx, categoryIDs)
}
