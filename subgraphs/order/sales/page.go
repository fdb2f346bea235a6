package sales

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// MaximumPage is how many orders a page has at most.
const MaximumPage = 100

// Listing says which page of placed orders to read, and how much of it.
type Listing struct {
	First   int
	After   *string // a cursor; nil: from the newest
	Where   Conditions
	With    Parts
	Counted bool // count all there are
}

// Position is a place in the list of placed orders, newest first. The id breaks ties.
type Position struct {
	PlacedAt time.Time
	ID       string
}

// Page is a part of a user's placed orders.
type Page struct {
	Nodes      []*Order
	PageInfo   PageInfo
	TotalCount int // of the whole list, if it was to be counted
}

// PageInfo tells what lies around a page.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is an order and its place in the list.
type Edge struct {
	Cursor string
	Node   *Order
}

// Edges returns the page's orders, each with its cursor.
func (p *Page) Edges() []*Edge {
	edges := make([]*Edge, len(p.Nodes))
	for i, node := range p.Nodes {
		edges[i] = &Edge{Cursor: encodeCursor(*node), Node: node}
	}
	return edges
}

// newPage cuts off the order that was asked for beyond the page.
func newPage(found []*Order, size int, after *Position) *Page {
	page := &Page{Nodes: found[:min(size, len(found))]}
	page.PageInfo.HasNextPage = len(found) > size
	page.PageInfo.HasPreviousPage = after != nil
	if last := len(page.Nodes) - 1; last >= 0 {
		start, end := encodeCursor(*page.Nodes[0]), encodeCursor(*page.Nodes[last])
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &start, &end
	}
	return page
}

// A cursor is the time of the placing in microseconds and the order's id.
func encodeCursor(o Order) string { return encodePosition(Position{*o.PlacedAt, o.ID}) }

func encodePosition(p Position) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", p.PlacedAt.UnixMicro(), p.ID))
}

// decodeCursor takes back exactly what encodeCursor gives.
func decodeCursor(text string) (*Position, error) {
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	micros, id, _ := strings.Cut(string(raw), " ")
	at, err := strconv.ParseInt(micros, 10, 64)
	position := Position{time.UnixMicro(at), id}
	if err != nil || !ids.Valid(OrderPrefix, id) || encodePosition(position) != text {
		return nil, &InputError{"`after` is not a cursor of this list."}
	}
	return &position, nil
}

// position checks what is asked for.
func (l Listing) position() (*Position, error) {
	if l.First < 0 || l.First > MaximumPage {
		return nil, &InputError{fmt.Sprintf("`first` must be between 0 and %d.", MaximumPage)}
	}
	if l.After == nil {
		return nil, nil
	}
	return decodeCursor(*l.After)
}
