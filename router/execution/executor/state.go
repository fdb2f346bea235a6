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
