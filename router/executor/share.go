package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/plan"
)

// sharing says whether answers are parsed with twins (response.Tape.ParseShared), which is right as long as nothing
// fails, and all data of an object to be looked up are in one source or attached to it. When that turns out otherwise, what
// was answered so far is taken in again without them: the fetches remain as they were sent, for the representations of
// objects are numbered in the order in which they first come, with and without twins.
type sharing struct {
	allowed bool
	// doubtful: an object to be looked up was found in several sources.
	doubtful bool
	// apart: no two objects share an entity, for what is looked up inside it may depend on what is above.
	apart   bool
	history []event
}

// event is a step of a run: a fetch's request was written, or what came of it was taken in.
type event struct {
	call    int
	settled bool
}

// mayShare is false if an object may be looked up at some of the places of a path only, or otherwise at each, depending on
// what is around it.
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

// renames reports whether values of the answer are given other keys: each once.
func renames(f *plan.Fetch) bool {
	return len(f.Renames) > 0 || slices.ContainsFunc(f.Lookups, func(l plan.Lookup) bool { return len(l.Renames) > 0 })
}

// note keeps a step that was made, and begins again if it shows that nothing may be shared.
func (r *run) note(step event) {
	if !r.allowed {
		return
	}
	r.history = append(r.history, step)
	if r.doubtful || r.data.Flawed() {
		r.beginAgain()
	}
}

// beginAgain makes the steps of the run once more, without twins.
func (r *run) beginAgain() {
	r.allowed = false
	r.data.Restart()
	r.levels.forget()
	r.places = append(r.places[:0], place{})
	_ = r.addLocal() // it was found to be right
	for _, step := range r.history {
		c := &r.calls[step.call]
		switch {
		case step.settled:
			r.separate(c)
			r.absorb(c)
		case c.sent: // the body may be on its way
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
	if c.answer != nil && r.data.Tape(c.fetch.ID).Parse(c.answer) != nil { // it is JSON, but has more values than with twins
		c.failure = badResponse(c.fetch.Subgraph)
	}
}
