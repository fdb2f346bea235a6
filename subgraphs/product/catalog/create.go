package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Creation describes a new product.
type Creation struct {
	Slug, SKU, Title, Description string
	// Category is the slug of a category.
	Category       string
	Price          money.Money
	TaxBasisPoints int
	OnHand         int
	Active         bool
	Images         []Image
}

// NewProduct is a new product in the form in which a store takes it.
type NewProduct struct {
	// Key is the client's idempotency key, and Digest the hash of the input. The same key and
	// input create one product.
	Key, Digest string
	// Actor is the user who creates the product, for the ledger.
	Actor    string
	Category Category
	Item     Item
}

func (c Creation) check() error {
	return errors.Join(
		checkSlug(c.Slug), checkSKU(c.SKU), checkText("title", c.Title, 1, maximumTitle),
		checkText("description", c.Description, 0, maximumDescription), checkPrice(c.Price),
		checkRange("taxBasisPoints", c.TaxBasisPoints, maximumTax),
		checkRange("onHand", c.OnHand, maximumOnHand), checkImages(c.Images),
	)
}

func (c Creation) digest() string {
	text, _ := json.Marshal(c) // cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Create adds a new product and announces it. If the key and input created a product before, it
// returns that product in its current state.
func (s *Service) Create(ctx context.Context, actor, key string, c Creation) (*Product, error) {
	c.Title = strings.TrimSpace(c.Title)
	err := errors.Join(checkText("idempotencyKey", key, minimumKey, maximumKey), c.check())
	if err != nil {
		return nil, err
	}
	category, err := s.category(ctx, c.Category)
	if err != nil {
		return nil, err
	}
	if err := s.checkCurrency(ctx, c.Price.Currency); err != nil {
		return nil, err
	}
	added := NewProduct{
		Key: key, Digest: c.digest(), Actor: actor,
		Category: *category, Item: s.item(c, category.ID),
	}
	return s.store.CreateProduct(ctx, added)
}

// checkCurrency allows only one currency, because prices are sorted and filtered by their
// numbers.
func (s *Service) checkCurrency(ctx context.Context, currency string) error {
	others, err := s.store.Currency(ctx)
	if err == nil && others != "" && others != currency {
		err = invalid("currency", "The shop's prices are in %s.", others)
	}
	return err
}

func (s *Service) item(c Creation, categoryID string) Item {
	now := s.now()
	return Item{Images: c.Images, Product: Product{
		ID: ids.New(ProductPrefix), Slug: c.Slug, SKU: c.SKU, Title: c.Title, Description: c.Description,
		CategoryID: categoryID, Price: c.Price, TaxBasisPoints: c.TaxBasisPoints, OnHand: c.OnHand,
		Active: c.Active, Version: 1, CreatedAt: now, UpdatedAt: now,
	}}
}

// category returns the category with a slug.
func (s *Service) category(ctx context.Context, slug string) (*Category, error) {
	if !IsKey(slug) {
		return nil, unknownCategory()
	}
	found, err := s.store.CategoriesBy(ctx, BySlug, []string{slug})
	if err == nil && len(found) == 0 {
		err = unknownCategory()
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
