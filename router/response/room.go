package response

import (
	"errors"
	"math"
	"sync/atomic"
	"unsafe"
)

var errNoRoom = errors.New("more values than there is room for")

// nodeBytes is what one value takes beside its text: of a list of ones that is 16 times as much.
const nodeBytes = int64(unsafe.Sizeof(node{}))

// room is how many bytes the nodes of all answers to a client request may take yet. Answers are parsed in several goroutines. What
// tapes have kept of other requests is not counted: it is at most 2 MB each.
type room struct {
	left atomic.Int64
	// none is true if there was none for an answer.
	none atomic.Bool
}

// limit makes the room so large; 0: there is no limit.
func (r *room) limit(bytes int64) {
	if bytes <= 0 {
		bytes = math.MaxInt64
	}
	r.left.Store(bytes)
}

// take takes room for so many nodes, or for as many as there is.
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
