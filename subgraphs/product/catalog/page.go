package catalog

import "context"

// Page is a part of a list of products, with what is needed to go on from there.
type Page struct {
	Nodes    []*Product
	PageInfo PageInfo
	listing  Listing
	store    ProductReader
}

// PageInfo tells what lies around a page.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is a product and its place in the list.
type Edge struct {
	Cursor string
	Node   *Product
}

// Edges returns the page's products, each with its cursor.
func (p *Page) Edges() []*Edge {
	edges := make([]*Edge, len(p.Nodes))
	for i, node := range p.Nodes {
		edges[i] = &Edge{Cursor: p.cursor(i), Node: node}
	}
	return edges
}

// TotalCount counts all products of the list.
func (p *Page) TotalCount(ctx context.Context) (int, error) {
	return p.store.CountProducts(ctx, p.listing.Criteria)
}

func (p *Page) cursor(i int) string {
	sort := p.listing.Sort
	return encodeCursor(PositionOf(*p.Nodes[i], sort), sort)
}

// newPage cuts off the product that was asked for beyond the page.
func newPage(found []*Product, l Listing, store ProductReader) *Page {
	page := &Page{Nodes: found, listing: l, store: store}
	page.PageInfo.HasPreviousPage = l.After != nil
	if len(found) == l.Limit {
		page.Nodes = found[:l.Limit-1]
		page.PageInfo.HasNextPage = true
	}
	if last := len(page.Nodes) - 1; last >= 0 {
		start, end := page.cursor(0), page.cursor(last)
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &start, &end
	}
	return page
}
