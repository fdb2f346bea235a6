package fetch

import (
	"errors"
	"io"
	"sync/atomic"
)

// budget counts how many bytes the answers to one client request may have in total. Bytes are
// taken from it before memory for them is allocated: each answer may be as large as
// Limits.ResponseBytes, and many arrive at the same time. A nil budget has no limit.
type budget struct{ left atomic.Int64 }

var errBudget = errors.New("the answers to the client's request exceed the limit together")

func (b *budget) take(bytes int) error {
	if b != nil && b.left.Add(-int64(bytes)) < 0 {
		return errBudget
	}
	return nil
}

// Limit sets how many bytes the answers may have in total. Call it before the first Fetch.
func (r *Request) Limit(bytes int64) {
	r.budget = new(budget)
	r.budget.left.Store(bytes)
}

// taking charges the budget for the bytes that it reads. It serves answers of unknown length.
type taking struct {
	io.Reader
	*budget
}

func (t taking) Read(into []byte) (int, error) {
	n, err := t.Reader.Read(into)
	if over := t.take(n); over != nil {
		return n, over
	}
	return n, err
}
