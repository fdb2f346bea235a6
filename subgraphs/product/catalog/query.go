package catalog

import (
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/words"
)

// Filter selects products. A field that is nil selects all.
type Filter struct {
	// Search is a text of words. For each of them, a word of the title, description, SKU or
	// category must begin with it. Blanks alone select all products. Any other text without a
	// letter or digit, such as "%%", selects none.
	Search *string
	// Category is the slug of a category.
	Category *string
	// PriceFrom and PriceTo are the lowest and the highest price, in minor units.
	PriceFrom, PriceTo *int64
	// InStock, if true, leaves out products that cannot be ordered now.
	InStock *bool
	// Active, if false, selects products that are not on sale. Only staff may do so.
	Active *bool
}

// OffSale reports whether the filter selects products that only staff may see.
func (f Filter) OffSale() bool { return f.Active != nil && !*f.Active }

// Query asks for a page of products: the one after the cursor After, or the one with a number.
type Query struct {
	First  int
	After  *string
	Page   *int
	Filter Filter
	Sort   Sort
}

// Criteria is the checked form of a Filter, for a store. A product matches if, for each of Words,
// one of its words begins with it.
type Criteria struct {
	Words []string
	// Nothing is true if no product can match, because the search has no letter and no digit.
	Nothing            bool
	Category           *string
	PriceFrom, PriceTo *int64
	InStock            bool
	// OffSale selects the products that are not on sale instead of those that are.
	OffSale bool
	// AtMost selects products with at most this number of available pieces.
	AtMost *int
}

// Listing asks a store for matching products in an order: at most Limit of them, after a position
// or after the first Skip.
type Listing struct {
	Criteria Criteria
	Sort     Sort
	After    *keyset.Position
	Skip     int
	Limit    int
}

const (
	maximumSearch = 200
	maximumWords  = 16
	// noCategory is a slug that no category has. It replaces slugs that are too long to exist.
	noCategory = "-"
	// maximumDepth bounds the work for a page by number, because all rows before the page are
	// read.
	maximumDepth = 10_000
)

// criteria checks the filter and limits its texts: the work of a search grows with its words, and
// the cache of counts stores the criteria.
func (f Filter) criteria() (Criteria, error) {
	c := Criteria{
		Category: f.Category, PriceFrom: f.PriceFrom, PriceTo: f.PriceTo,
		InStock: f.InStock != nil && *f.InStock, OffSale: f.OffSale(),
	}
	if c.Category != nil && !IsKey(*c.Category) {
		c.Category = new(noCategory)
	}
	if f.Search == nil {
		return c, nil
	}
	if n := utf8.RuneCountInString(*f.Search); n > maximumSearch {
		return Criteria{}, invalid("search",
			"The search text may have at most %d characters; it has %d.", maximumSearch, n)
	}
	c.Words = distinct(words.Of(*f.Search))
	c.Nothing = len(c.Words) == 0 && strings.TrimSpace(*f.Search) != ""
	if n := len(c.Words); n > maximumWords {
		return Criteria{}, invalid("search",
			"The search text may have at most %d different words; it has %d.", maximumWords, n)
	}
	return c, nil
}

func (q Query) listing() (Listing, error) {
	if !q.Sort.valid() {
		return Listing{}, invalid("sort", "%q is not an order of products.", string(q.Sort))
	}
	criteria, err := q.Filter.criteria()
	if err != nil {
		return Listing{}, err
	}
	after, err := keyset.Read(q.First, q.After, string(q.Sort))
	if err != nil {
		return Listing{}, err
	}
	skip, err := q.skip()
	// One product more than the page holds shows whether another page follows.
	return Listing{
		Criteria: criteria, Sort: q.Sort, After: after, Skip: skip, Limit: q.First + 1,
	}, err
}

func (q Query) skip() (int, error) {
	switch {
	case q.Page == nil:
		return 0, nil
	case q.After != nil:
		return 0, invalid("page", "Give either `after` or `page`, not both.")
	case *q.Page < 1 || *q.Page > maximumDepth || *q.Page*q.First > maximumDepth:
		return 0, invalid("page", "`page` must be at least 1 and end within the first %d products. "+
			"Use `after` to continue from there.", maximumDepth)
	}
	return (*q.Page - 1) * q.First, nil
}
