package catalog

import (
	"strings"
	"unicode/utf8"
)

// Sort is an order of products. Each is total: products that are equal by it follow their id.
type Sort string

// The orders in which products can be listed.
const (
	NameAsc   Sort = "NAME_ASC"
	NameDesc  Sort = "NAME_DESC"
	PriceAsc  Sort = "PRICE_ASC"
	PriceDesc Sort = "PRICE_DESC"
	Newest    Sort = "NEWEST"
)

func (s Sort) valid() bool {
	switch s {
	case NameAsc, NameDesc, PriceAsc, PriceDesc, Newest:
		return true
	}
	return false
}

// Filter chooses products; a field left out chooses all.
type Filter struct {
	// Search holds words that must all occur in title, description, SKU or category.
	Search *string
	// Category is a category's slug.
	Category *string
	// InStock leaves out what cannot be ordered now, if true.
	InStock *bool
}

// Query asks for a page of products.
type Query struct {
	First  int
	After  *string
	Filter Filter
	Sort   Sort
}

// Criteria are a Filter's checked and folded form, as a store takes them: a product matches if
// every one of Words occurs in its text.
type Criteria struct {
	Words    []string
	Category *string
	InStock  bool
}

// Listing asks a store for the first Limit products in an order, of those that match, after a
// position.
type Listing struct {
	Criteria Criteria
	Sort     Sort
	After    *Position
	Limit    int
}

// Position is a product's place in an order: its sort key and, as the tie-breaker, its id.
type Position struct {
	// Text is the key of the orders by name.
	Text string
	// Number is the key of the others: minor units, or microseconds since 1970.
	Number int64
	ID     string
}

const (
	maximumPage   = 100
	maximumSearch = 200
)

// criteria bounds the search text, for the work of a search grows with its words.
func (f Filter) criteria() (Criteria, error) {
	c := Criteria{Category: f.Category, InStock: f.InStock != nil && *f.InStock}
	if f.Search == nil {
		return c, nil
	}
	if n := utf8.RuneCountInString(*f.Search); n > maximumSearch {
		return Criteria{}, invalid("The search text may have at most %d characters; it has %d.", maximumSearch, n)
	}
	c.Words = strings.Fields(Fold(*f.Search))
	return c, nil
}

// listing asks for one product more than the page holds, to know whether another page follows.
func (q Query) listing() (Listing, error) {
	if q.First < 0 || q.First > maximumPage {
		return Listing{}, invalid("`first` must be between 0 and %d; it is %d.", maximumPage, q.First)
	}
	if !q.Sort.valid() {
		return Listing{}, invalid("%q is no order of products.", string(q.Sort))
	}
	criteria, err := q.Filter.criteria()
	if err != nil {
		return Listing{}, err
	}
	listing := Listing{Criteria: criteria, Sort: q.Sort, Limit: q.First + 1}
	if q.After != nil {
		position, err := decodeCursor(*q.After, q.Sort)
		if err != nil {
			return Listing{}, err
		}
		listing.After = &position
	}
	return listing, nil
}

// Fold returns the form of a text in which texts are compared and searched: the same for all
// databases, whatever their collations.
func Fold(text string) string { return strings.ToLower(text) }
