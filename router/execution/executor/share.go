package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

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
	apart   bool
	history []event
}

// event is a step of a run: a fetch's request was written, or its result was processed.
type event struct {
	call    int
	settled bool
}

// mayShare returns false if the objects around an object may decide whether, or with what, it is
// looked up.
func mayShare(p *plan.Plan) bool {
	guarded := func(step plan.PathElement) bool { return step.Types != nil }
	for _, f := range p.Fetches {
		if contextual(f) {
			return false
		}
		for i := range f.Lookups {
			for j := range f.Lookups[i].Targets {
				if slices.ContainsFunc(f.Lookups[i].Targets[j].Path, guarded) {
					return false
				}
			}
		}
	}
	return true
}

// renames reports whether values of the answer get other keys, which must happen only once.
func renames(f *plan.Fetch) bool {
	return len(f.Renames) > 0 || slices.ContainsFunc(f.Lookups, func(l plan.Lookup) bool { return len(l.Renames) > 0 })
}

// note records a step, and starts the run again if the step shows that twins are not allowed.
func (r *run) note(step event) {
	if !r.allowed {
		return
	}
	r.history = append(r.history, step)
	if r.doubtful || r.data.Flawed() {
		r.beginAgain()
	}
}

// beginAgain repeats the steps of the run without twins.
func (r *run) beginAgain() {
	r.allowed = false
	r.data.Restart()
	r.levels.forget()
	r.places = append(r.places[:0], place{})
	_ = r.addLocal() // it was valid the first time
	for _, step := range r.history {
		c := &r.calls[step.call]
		switch {
		case step.settled:
			r.separate(c)
			r.absorb(c)
		case c.sent: // the body may be in use
			sent := c.body
			c.body = nil
			r.prepare(c)
			c.body = sent
		default:
			r.prepare(c)
		}
	}
}

// separate parses an answer again, without twins.
func (r *run) separate(c *call) {
	c.shared = false
	if c.answer != nil && r.data.Tape(c.fetch.ID).Parse(c.answer) != nil { // valid JSON may exceed the limit on values without twins
		c.failure = badResponse(c.fetch.Subgraph)
	}
}
