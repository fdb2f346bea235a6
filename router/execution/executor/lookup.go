package executor

import (
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// subrequest is a request to a subgraph: the body, and the look-ups in it.
type subrequest struct {
	body    []byte
	lookups []lookup
}

// lookup is a plan.Lookup during execution.
type lookup struct {
	plan   *plan.Lookup
	source int // the fetch
	// waiting are the objects for which it requests entities.
	waiting         []waiting
	representations int
	// marks are the marks that it put on objects, one for each reason.
	marks map[reason]int
}

// reason is why a field is missing, or all fields of the look-up if field is empty.
type reason struct {
	field   string
	failure response.Failure
}

func (l *lookup) reset() { *l = lookup{waiting: response.Keep(l.waiting)} }

// waiting is an object that waits for its entity.
type waiting struct {
	object         response.Ref
	representation int32
	place          int32
	target         int32 // the target's index
}

// mark marks an object: the fields of the look-up are missing, for this reason.
func (l *lookup) mark(data *response.Data, object response.Ref, why reason) {
	mark, known := l.marks[why]
	if !known {
		selections := l.plan.Selections
		if why.field != "" {
			selections = l.plan.Only(why.field)
		}
		mark = data.AddMark(response.Mark{
			Failure: why.failure, Selections: selections, Renames: l.plan.Renames, Source: l.source,
		})
		if l.marks == nil {
			l.marks = map[reason]int{}
		}
		l.marks[why] = mark
	}
	data.MarkObject(object, mark)
}

func (l *lookup) markAll(data *response.Data, failure response.Failure) {
	for _, w := range l.waiting {
		l.mark(data, w.object, reason{failure: failure})
	}
}

// markRoot marks the root: the root fields of the fetch are missing.
func markRoot(data *response.Data, f *plan.Fetch, failure response.Failure) {
	data.MarkRoot(data.AddMark(response.Mark{
		Failure: failure, Selections: f.Selections, Renames: f.Renames, Source: f.ID,
	}))
}

// part is a look-up for the objects that lack what some of its fields require. It requests the
// other fields, in the same request.
type part struct {
	of        *plan.Lookup
	without   []string
	plan      plan.Lookup
	lookup    lookup
	numbering numbering
	body      []byte // representations
}
