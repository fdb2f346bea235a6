package catalog

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Change says what is to become of a product; a field left out stays.
type Change struct {
	// ExpectedVersion is that of the product which the change was made for; nil: whatever it is.
	ExpectedVersion *int
	Title           *string
	Description     *string
	Price           *money.Money
	Active          *bool
}

const (
	maximumTitle       = 200
	maximumDescription = 10_000
)

func (c Change) validate() error {
	if c.Title != nil {
		if n := utf8.RuneCountInString(strings.TrimSpace(*c.Title)); n == 0 || n > maximumTitle {
			return invalid("A title must have 1 to %d characters.", maximumTitle)
		}
	}
	if c.Description != nil && utf8.RuneCountInString(*c.Description) > maximumDescription {
		return invalid("A description has at most %d characters.", maximumDescription)
	}
	return nil
}

// priceOf is the new price of a product: without a currency, in that of the old one, which stays in any case.
func (c Change) priceOf(p *Product) (money.Money, error) {
	price := *c.Price
	price.Currency = cmp.Or(price.Currency, p.Price.Currency)
	if _, err := money.New(price.AmountMinor, price.Currency); err != nil || price.AmountMinor < 0 {
		return price, invalid("A price must be an amount of money that is not negative.")
	}
	if price.Currency != p.Price.Currency {
		return price, invalid("The product's price is in %s.", p.Price.Currency)
	}
	return price, nil
}

func (c Change) apply(p *Product) error {
	if c.ExpectedVersion != nil && *c.ExpectedVersion != p.Version {
		return &ChangedError{Now: p}
	}
	if c.Price != nil {
		price, err := c.priceOf(p)
		if err != nil {
			return err
		}
		p.Price = price
	}
	if c.Description != nil {
		p.Description = *c.Description
	}
	if c.Title != nil {
		p.Title = strings.TrimSpace(*c.Title)
	}
	if c.Active != nil {
		p.Active = *c.Active
	}
	return nil
}
