package response

import (
	"errors"
	"math"
	"sync/atomic"
)

var errNoRoom = errors.New("too many values for the memory limit")

// room counts the bytes that the nodes of a client request's answers may still take. Goroutines
// share it. Memory that tapes keep from earlier requests, at most 2 MB each, is not counted.
type room struct {
	left atomic.Int64
	// none is true if an answer did not fit.
	none atomic.Bool
}

// limit sets the remaining bytes; 0 means no limit.
func (r *room) limit(bytes int64) {
	if bytes <= 0 {
		bytes = math.MaxInt64
	}
	r.left.Store(bytes)
}

// take reserves memory for that many nodes, or for as many as fit.
func (r *room) take(wanted int) (nodes int, err error) {
	for {
		left := r.left.Load()
		nodes := min(int64(wanted), left/nodeBytes)
		if nodes == 0 {
			r.none.Store(true)
			return 0, errNoRoom
		}
		if r.left.CompareAndSwap(left, left-nodes*nodeBytes) {
			return int(nodes), nil
		}
	}
}
