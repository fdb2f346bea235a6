package keyset

// Page is one page of a list.
type Page[T any] struct {
	Nodes    []*T
	PageInfo Info

	cursor func(*T) string
}

// Info describes a page's position in its list.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// New returns a page of at most first rows. One row more in found means that another page
// follows; begun means that rows come before this page. The function cursor returns the cursor of
// a row.
func New[T any](found []*T, first int, begun bool, cursor func(*T) string) Page[T] {
	page := Page[T]{Nodes: found[:min(first, len(found))], cursor: cursor}
	page.PageInfo = Info{HasNextPage: len(found) > first, HasPreviousPage: begun}
	if last := len(page.Nodes) - 1; last >= 0 {
		start, end := cursor(page.Nodes[0]), cursor(page.Nodes[last])
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &start, &end
	}
	return page
}

// Edges returns the rows of a page with their cursors. The edge type is the caller's, because
// gqlgen does not bind generic types.
func Edges[E ~struct {
	Cursor string
	Node   *T
}, T any](p Page[T]) []*E {
	edges := make([]*E, len(p.Nodes))
	for i, node := range p.Nodes {
		edges[i] = &E{Cursor: p.cursor(node), Node: node}
	}
	return edges
}
