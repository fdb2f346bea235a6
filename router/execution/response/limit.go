package response

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
)

// CodeTooLarge is the code of the only error of a response that would exceed its limit in bytes.
const CodeTooLarge = "RESPONSE_TOO_LARGE"

// budget counts the bytes that a client request takes, and limits them. Each answer has a limit of
// its own, but an operation may need many answers, and one entity of 60 KB that is selected at a
// thousand positions makes a response of 60 MB, although it came once.
type budget struct {
	most                    int64 // 0 for no limit
	answers, copies, errors int64
	refused                 bool
}

const (
	// maxErrors is how many errors a response has, apart from one that says how many more there
	// are. A subgraph that is down can cause thousands.
	maxErrors = 1000
	// codeMoreErrors is the code of the error that says how many more there are.
	codeMoreErrors = "TOO_MANY_ERRORS"
)

// tooLarge returns the only error of a response that would exceed its limit.
func tooLarge() Error {
	message := "The response is larger than the router allows: request less data at once."
	return Error{Failure: Failure{Code: CodeTooLarge, Message: message}}
}

// limitErrors drops the errors above the limit. They are in the order of the response.
func limitErrors(errors []Error) []Error {
	more := len(errors) - maxErrors
	if more <= 0 {
		return errors
	}
	message := fmt.Sprintf("There are %d more errors. Other fields are null because of them.", more)
	return append(errors[:maxErrors], Error{Failure: Failure{Code: codeMoreErrors, Message: message}})
}

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

// take reserves memory for the wanted nodes of size bytes each. If there is room for fewer, it
// reserves as many as fit.
func (r *room) take(wanted int, size int64) (nodes int, err error) {
	for {
		left := r.left.Load()
		nodes := min(int64(wanted), left/size)
		if nodes == 0 {
			r.none.Store(true)
			return 0, errNoRoom
		}
		if r.left.CompareAndSwap(left, left-nodes*size) {
			return int(nodes), nil
		}
	}
}
