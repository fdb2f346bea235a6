package executor

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// steps executes the steps of a run: it writes the bodies of requests, and merges the results. It
// records the steps as long as answers are parsed with twins, to repeat them without.
type steps struct {
	state
	bodies  bodies
	merger  merger
	calls   []call
	local   []byte // Request.Local
	history []event
}

func (s *steps) reset(log *slog.Logger, request *Request) {
	fetches := request.Plan.Fetches
	s.data.Reset(request.Shape.Schema(), len(fetches)+1)
	s.data.Limit(request.MaxBytes)
	s.reader = s.data.Reader()
	s.places = append(response.Keep(s.places), place{})
	s.levels = levels{all: s.levels.all[:0]}
	s.sharing = sharing{
		allowed: !request.Plain && mayShare(request.Plan),
		apart:   slices.ContainsFunc(fetches, contextual),
	}
	s.bodies = bodies{
		state: &s.state, variables: request.Variables, plain: request.Plain,
		numbering: s.bodies.numbering, parts: s.bodies.parts[:0], inside: s.bodies.inside,
	}
	s.merger = merger{
		state: &s.state, lists: s.merger.lists,
		discloser: discloser{log: log, rules: request.Errors, requestID: request.RequestID},
	}
	s.calls = resized(s.calls, len(fetches), (*call).reset)
	for id, f := range fetches {
		s.calls[id].fetch, s.calls[id].waiting = f, len(f.DependsOn)
	}
	s.local, s.history = request.Local, s.history[:0]
}

// release releases what belongs to the request, except for the data and the calls.
func (s *steps) release() {
	s.bodies = bodies{
		numbering: s.bodies.numbering, parts: s.bodies.parts[:0], inside: s.bodies.inside,
	}
	s.merger = merger{lists: resized(s.merger.lists, cap(s.merger.lists), (*entityList).reset)}
	s.local = nil
}

// event is a step of a run: a fetch's request was written, or its result was processed.
type event struct {
	call    int
	settled bool
}

// addLocal adds the router's own data to the root as if a subgraph had returned it. Its source
// number comes after those of the fetches.
func (s *steps) addLocal() error {
	if len(s.local) == 0 {
		return nil
	}
	source := len(s.calls)
	err := s.data.Tape(source).Parse(s.local)
	switch {
	case s.data.Exceeded():
		return nil
	case err != nil:
		return fmt.Errorf("executing a plan: the router's own data: %w", err)
	}
	s.data.AddRoot(s.data.Body(source))
	return nil
}

// absorb merges the result of a fetch into the data.
func (s *steps) absorb(c *call) {
	if c.shared && !s.allowed {
		s.separate(c)
	}
	if c.failure.None() {
		c.failure = s.merger.merge(c.fetch, c.lookups)
	}
	if !c.failure.None() {
		c.fail(&s.data, c.failure)
	}
}

// note records a step, and starts the run again if the step shows that twins are not allowed.
func (s *steps) note(step event) {
	if !s.allowed {
		return
	}
	s.history = append(s.history, step)
	if s.doubtful || s.data.Flawed() {
		s.beginAgain()
	}
}

// beginAgain repeats the steps of the run without twins.
func (s *steps) beginAgain() {
	s.allowed = false
	s.data.Restart()
	s.levels.forget()
	s.places = append(s.places[:0], place{})
	_ = s.addLocal() // it was valid the first time
	for _, step := range s.history {
		c := &s.calls[step.call]
		switch {
		case step.settled:
			s.separate(c)
			s.absorb(c)
		case c.sent: // the body may be in use
			again, _ := s.bodies.prepare(c.fetch, subrequest{lookups: c.lookups})
			c.lookups = again.lookups
		default:
			c.subrequest, _ = s.bodies.prepare(c.fetch, c.subrequest)
		}
	}
}

// separate parses an answer again, without twins.
func (s *steps) separate(c *call) {
	c.shared = false
	// Valid JSON may exceed the limit on values without twins.
	if c.answer != nil && s.data.Tape(c.fetch.ID).Parse(c.answer) != nil {
		c.failure = badResponse(c.fetch.Subgraph)
	}
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
	return len(f.Renames) > 0 || slices.ContainsFunc(f.Lookups, func(l plan.Lookup) bool {
		return len(l.Renames) > 0
	})
}
