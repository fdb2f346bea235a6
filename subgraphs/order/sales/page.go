package sales

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/words"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// MaximumPage is the maximum number of orders on a page.
const MaximumPage = keyset.MaximumFirst

// Limits of the search text.
const (
	maximumSearch = 200 // characters
	maximumWords  = 16
)

// placed names the list of placed orders, newest first, in cursors.
const placed = "PLACED"

// Anybody stands for all users in place of a user id. No token can contain it.
const Anybody = "*"

// Filter says which of a user's orders to read, and which parts of them. Exactly one field other
// than UserID and With is set.
type Filter struct {
	UserID     string   // or Anybody
	IDs        []string // these, in any order
	InvoiceIDs []string // those with one of these invoices, in any order
	Drafts     int      // that many drafts, the latest chosen first, which is the basket
	Placed     *Window  // the placed ones, newest first
	With       Parts
}

// Window selects a part of a list.
type Window struct {
	Limit int
	After *keyset.Position
	Where Conditions
}

// Conditions narrow a list of placed orders. Fields that are not set do not matter.
type Conditions struct {
	Statuses     []Status
	PlacedFrom   *time.Time
	PlacedBefore *time.Time
	Search       *string // beginnings of words of the number, the name, a title or a SKU
}

// Parts are the parts of an order that take further statements to read.
type Parts struct{ Items, Invoice, History bool }

// Whole returns all parts of an order.
func Whole() Parts { return Parts{Items: true, Invoice: true, History: true} }

// Listing says which page of placed orders to read, and which parts of them.
type Listing struct {
	First   int
	After   *string // a cursor; nil begins with the newest
	Where   Conditions
	With    Parts
	Counted bool // also count the whole list
}

// Page is a part of a user's placed orders.
type Page struct {
	keyset.Page[Order]

	TotalCount int // of the whole list, if Counted was set
}

// Edge is an order with a cursor.
type Edge struct {
	Cursor string
	Node   *Order
}

// Edges returns the page's orders with their cursors.
func (p *Page) Edges() []*Edge { return keyset.Edges[Edge](p.Page) }

func newPage(found []*Order, size int, after *keyset.Position) *Page {
	return &Page{Page: keyset.New(found, size, after != nil, func(o *Order) string {
		return keyset.Position{Number: o.PlacedAt.UnixMicro(), ID: o.ID}.Cursor(placed)
	})}
}

// position checks the listing and returns the position in its cursor.
func (l Listing) position() (*keyset.Position, error) {
	if err := l.Where.check(); err != nil {
		return nil, err
	}
	return keyset.Read(l.First, l.After, placed)
}

// check bounds the search text, because the work of a search grows with its words.
func (c Conditions) check() error {
	if c.Search == nil {
		return nil
	}
	if n := utf8.RuneCountInString(*c.Search); n > maximumSearch {
		return apierror.New(apierror.BadUserInput, fmt.Sprintf(
			"`search` may have at most %d characters; it has %d.", maximumSearch, n))
	}
	if n := len(words.Of(*c.Search)); n > maximumWords {
		return apierror.New(apierror.BadUserInput, fmt.Sprintf(
			"`search` may have at most %d words; it has %d.", maximumWords, n))
	}
	return nil
}
