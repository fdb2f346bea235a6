package catalog

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Change is a change of a product. Fields that are nil stay as they are.
type Change struct {
	// ExpectedVersion is the version that the change was made for; nil accepts any version.
	ExpectedVersion *int
	Slug            *string
	SKU             *string
	Title           *string
	Description     *string
	// Category is the slug of a category.
	Category       *string
	Price          *money.Money
	TaxBasisPoints *int
	Active         *bool
	// Images replaces all pictures of the product.
	Images *[]Image
}

func (c Change) check() error {
	var wrong []error
	if c.Slug != nil {
		wrong = append(wrong, checkSlug(*c.Slug))
	}
	if c.SKU != nil {
		wrong = append(wrong, checkSKU(*c.SKU))
	}
	if c.Title != nil {
		wrong = append(wrong, checkText("title", *c.Title, 1, maximumTitle))
	}
	if c.Description != nil {
		wrong = append(wrong, checkText("description", *c.Description, 0, maximumDescription))
	}
	if c.TaxBasisPoints != nil {
		wrong = append(wrong, checkRange("taxBasisPoints", *c.TaxBasisPoints, maximumTax))
	}
	if c.Images != nil {
		wrong = append(wrong, checkImages(*c.Images))
	}
	return errors.Join(wrong...)
}

// priceOf returns the new price of a product. Without a currency it has the currency of the old
// price. Another currency is an error.
func (c Change) priceOf(p *Product) (money.Money, error) {
	price := *c.Price
	price.Currency = cmp.Or(price.Currency, p.Price.Currency)
	if err := checkPrice(price); err != nil {
		return price, err
	}
	if price.Currency != p.Price.Currency {
		return price, invalid("priceMinor", "The product's price is in %s.", p.Price.Currency)
	}
	return price, nil
}

func (c Change) apply(p *Product) error {
	if c.ExpectedVersion != nil && *c.ExpectedVersion != p.Version {
		return productChanged(p)
	}
	if c.Price != nil {
		price, err := c.priceOf(p)
		if err != nil {
			return err
		}
		p.Price = price
	}
	if c.Title != nil {
		p.Title = strings.TrimSpace(*c.Title)
	}
	replace(&p.Slug, c.Slug)
	replace(&p.SKU, c.SKU)
	replace(&p.Description, c.Description)
	replace(&p.TaxBasisPoints, c.TaxBasisPoints)
	replace(&p.Active, c.Active)
	return nil
}

func replace[T any](value, by *T) {
	if by != nil {
		*value = *by
	}
}

// Update changes a product and announces the change.
func (s *Service) Update(ctx context.Context, id string, c Change) (*Product, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !IsKey(id) {
		return nil, NewUnknownProduct("id")
	}
	var moved *Category
	if c.Category != nil {
		category, err := s.category(ctx, *c.Category)
		if err != nil {
			return nil, err
		}
		moved = category
	}
	return s.store.UpdateProduct(ctx, id, c.Images, func(p *Product) error {
		if err := c.apply(p); err != nil {
			return err
		}
		if moved != nil {
			p.CategoryID = moved.ID
		}
		p.Version++
		p.UpdatedAt = s.now()
		return nil
	})
}
