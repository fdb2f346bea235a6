package gateway

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"slices"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// codeTimeout means that the request has not ended at its deadline.
const codeTimeout = "TIMEOUT"

// slots bounds how many operations are prepared, or bodies decompressed, at the same time: one for
// each processor. A request that waits for a slot ends when its client leaves. Without slots, the
// router worked for a minute for 500 clients that had left.
type slots chan struct{}

func newSlots() slots { return make(slots, runtime.GOMAXPROCS(0)) }

func (s slots) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) give() { <-s }

// known returns the operation of a document, and prepares it if necessary.
func (e *Engine) known(ctx context.Context, k key) (*prepared, error) {
	if found, ok := e.cache.entries.get(k); ok {
		return found, nil
	}
	if err := e.takeSlot(ctx); err != nil {
		return nil, err
	}
	defer e.slots.give()
	return e.cache.get(k)
}

// takeSlot waits for a slot. The caller must give the slot back.
func (e *Engine) takeSlot(ctx context.Context) error {
	if e.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.options.Timeout)
		defer cancel()
	}
	err := e.slots.take(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return refusal.New(http.StatusServiceUnavailable, codeTimeout,
			"The router is busy. Try again later.")
	}
	return err
}

// Document is a document, and the name of the operation to execute, which is empty if the request
// does not name one.
type Document struct{ Text, Operation string }

// Refused is a document that an engine refuses, with the errors.
type Refused struct {
	Document
	Err error
}

// Documents returns the cached documents, from the most to the least recently used.
func (e *Engine) Documents() []Document {
	var list []Document
	seen := map[Document]bool{}
	for _, k := range slices.Backward(e.cache.entries.keys()) {
		// Leave out k.labels: another schema may have other labels of @override.
		if d := (Document{k.text, k.name}); !seen[d] {
			seen[d] = true
			list = append(list, d)
		}
	}
	return list
}

// Warm prepares documents before the first requests with them, and returns the documents that the
// engine refuses. It prepares the last document first, so that the first document is the most
// recently used. If the context ends, it returns the documents refused so far and the context's
// error.
func (e *Engine) Warm(ctx context.Context, documents []Document) ([]Refused, error) {
	var refused []Refused
	for _, d := range slices.Backward(documents) {
		_, err := e.known(ctx, key{d.Text, d.Operation, e.labels.draw()})
		switch {
		case ctx.Err() != nil:
			return refused, ctx.Err()
		case err != nil:
			refused = append(refused, Refused{d, err})
		}
	}
	return refused, nil
}
