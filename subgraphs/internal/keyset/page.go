package keyset

// Page is a part of a list.
type Page[T any] struct {
	Nodes    []*T
	PageInfo Info

	cursor func(*T) string
}

// Info tells what lies around a page.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// New makes a page of first rows; one more, if it was found, says that another page follows.
// Begun says that rows come before. Cursor writes down the place of a row.
func New[T any](found []*T, first int, begun bool, cursor func(*T) string) Page[T] {
	page := Page[T]{Nodes: found[:min(first, len(found))], cursor: cursor}
	page.PageInfo = Info{HasNextPage: len(found) > first, HasPreviousPage: begun}
	if last := len(page.Nodes) - 1; last >= 0 {
		start, end := cursor(page.Nodes[0]), cursor(page.Nodes[last])
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &start, &end
	}
	return page
}

// Edges returns a page's rows, each with its cursor, in a type of the caller's, as gqlgen binds no
// generic ones.
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
