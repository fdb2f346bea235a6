package catalog

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/words"
)

// Filter chooses products; a field left out chooses all.
type Filter struct {
	// Search holds words, each of which must begin a word of title, description, SKU or category.
	// Blanks alone choose all products. Another text without a letter or a digit, such as "%%",
	// chooses none.
	Search *string
	// Category is a category's slug.
	Category *string
	// PriceFrom and PriceTo are the lowest and the highest price, in minor units.
	PriceFrom, PriceTo *int64
	// InStock leaves out what cannot be ordered now, if true.
	InStock *bool
	// Active chooses what is not on sale, if false. That is for staff.
	Active *bool
}

// OffSale tells whether the filter chooses what only staff may see.
func (f Filter) OffSale() bool { return f.Active != nil && !*f.Active }

// Query asks for a page of products: behind the cursor After, or the one of a number.
type Query struct {
	First  int
	After  *string
	Page   *int
	Filter Filter
	Sort   Sort
}

// Criteria are a Filter's checked form, as a store takes them: a product matches if each of Words
// begins one of its own.
type Criteria struct {
	Words []string
	// Nothing is true if no product matches, because the search has no letter and no digit.
	Nothing            bool
	Category           *string
	PriceFrom, PriceTo *int64
	InStock            bool
	// OffSale is what is not on sale, in place of what is.
	OffSale bool
	// AtMost is the most that may be left of it.
	AtMost *int
}

// Listing asks a store for products in an order, of those that match: behind a position, or after
// Skip of them, at most Limit.
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
	// noCategory is the slug of no category. It stands for all slugs that are too long to be one.
	noCategory = "-"
	// maximumDepth bounds the work of pages by number: what comes before them has to be read.
	maximumDepth = 10_000
)

// criteria bounds the texts: the work of a search grows with its words, and a memory keeps criteria.
func (f Filter) criteria() (Criteria, error) {
	c := Criteria{Category: f.Category, PriceFrom: f.PriceFrom, PriceTo: f.PriceTo, InStock: f.InStock != nil && *f.InStock, OffSale: f.OffSale()}
	if c.Category != nil && !IsKey(*c.Category) {
		c.Category = new(noCategory)
	}
	if f.Search == nil {
		return c, nil
	}
	if n := utf8.RuneCountInString(*f.Search); n > maximumSearch {
		return Criteria{}, invalid("search", "The search text may have at most %d characters; it has %d.", maximumSearch, n)
	}
	c.Words = distinct(words.Of(*f.Search))
	c.Nothing = len(c.Words) == 0 && strings.TrimSpace(*f.Search) != ""
	if n := len(c.Words); n > maximumWords {
		return Criteria{}, invalid("search", "The search text may have at most %d different words; it has %d.", maximumWords, n)
	}
	return c, nil
}

func (q Query) listing() (Listing, error) {
	if err := keyset.CheckFirst(q.First); err != nil {
		return Listing{}, invalid("first", "%s", err)
	}
	if !q.Sort.valid() {
		return Listing{}, invalid("sort", "%q is no order of products.", string(q.Sort))
	}
	criteria, err := q.Filter.criteria()
	if err != nil {
		return Listing{}, err
	}
	after, err := q.after()
	if err != nil {
		return Listing{}, err
	}
	skip, err := q.skip()
	// One product more than the page holds tells whether another page follows.
	return Listing{Criteria: criteria, Sort: q.Sort, After: after, Skip: skip, Limit: q.First + 1}, err
}

func (q Query) after() (*keyset.Position, error) {
	if q.After == nil {
		return nil, nil
	}
	position, err := keyset.Parse(*q.After, string(q.Sort))
	var wrong *keyset.Error
	if errors.As(err, &wrong) {
		return nil, invalid("after", "%s", wrong.Message)
	}
	return &position, err
}

func (q Query) skip() (int, error) {
	switch {
	case q.Page == nil:
		return 0, nil
	case q.After != nil:
		return 0, invalid("page", "Give either `after` or `page`, and not both.")
	case *q.Page < 1 || *q.Page > maximumDepth || *q.Page*q.First > maximumDepth:
		return 0, invalid("page", "`page` must be at least 1 and end within the first %d products; go on from there by `after`.", maximumDepth)
	}
	return (*q.Page - 1) * q.First, nil
}
