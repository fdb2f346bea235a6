package executor

import (
	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// state is what a run has so far: the answers, and where in the response look-ups have walked.
type state struct {
	data   response.Data
	reader *response.Reader
	places places
	levels levels
	sharing
}

// sharing decides whether answers are parsed with twins (response.Tape.ParseShared). Twins are
// correct as long as nothing fails and all data of an object to be looked up is in one source or
// attached to it. If that turns out to be wrong, the answers so far are merged again without
// twins. The fetches stay as they were sent, because representations are numbered in the order of
// their first occurrence, with and without twins.
type sharing struct {
	allowed bool
	// doubtful is true if an object to be looked up was found in several sources.
	doubtful bool
	// apart is true if no two objects may share an entity, because what is looked up inside it may
	// depend on the objects above.
	apart bool
}

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
