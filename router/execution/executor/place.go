package executor

import "github.com/trefoil-graph/trefoil/router/execution/response"

// place is a position in the response, as a linked list in places that leads to the root, which is
// the first entry.
type place struct {
	parent int
	step   response.Step
}

// places holds all positions that walks have visited.
type places []place

func (p *places) add(parent int, step response.Step) int {
	*p = response.Push(*p, place{parent, step})
	return len(*p) - 1
}

// path returns the position as a path, with room for more steps.
func (p places) path(at int) response.Path {
	length := 0
	for i := at; i > 0; i = p[i].parent {
		length++
	}
	path := make(response.Path, length, length+4)
	for i := at; i > 0; i = p[i].parent {
		length--
		path[length] = p[i].step
	}
	return path
}
