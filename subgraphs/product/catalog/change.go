package catalog

import (
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

// Change says what is to become of a product; a field left out stays.
type Change struct {
	Title  *string
	Price  *money.Money
	Active *bool
}

const maximumTitle = 200

func (c Change) validate() error {
	if c.Title != nil {
		if n := utf8.RuneCountInString(strings.TrimSpace(*c.Title)); n == 0 || n > maximumTitle {
			return invalid("A title must have 1 to %d characters.", maximumTitle)
		}
	}
	if c.Price != nil {
		if _, err := money.New(c.Price.AmountMinor, c.Price.Currency); err != nil || c.Price.AmountMinor < 0 {
			return invalid("A price must be an amount of money that is not negative.")
		}
	}
	return nil
}

func (c Change) apply(p *Product) {
	if c.Title != nil {
		p.Title = strings.TrimSpace(*c.Title)
	}
	if c.Price != nil {
		p.Price = *c.Price
	}
	if c.Active != nil {
		p.Active = *c.Active
	}
}
