package fetch

import (
	"errors"
	"io"
	"sync/atomic"
)

// budget is how many bytes the answers to one client request may have together. It is taken before there is memory for them:
// each answer may be as large as Limits.ResponseBytes, and many are on their way at once. The nil budget has no end.
type budget struct{ left atomic.Int64 }

var errBudget = errors.New("the answers to the client's request are larger together than the limit")

func (b *budget) take(bytes int) error {
	if b != nil && b.left.Add(-int64(bytes)) < 0 {
		return errBudget
	}
	return nil
}

// Limit bounds how many bytes the answers may have together. It is to be called before the first Fetch.
func (r *Request) Limit(bytes int64) {
	r.budget = new(budget)
	r.budget.left.Store(bytes)
}

// taking takes from the budget what it reads, for an answer that does not say how long it is.
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
