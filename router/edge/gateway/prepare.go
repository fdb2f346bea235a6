package gateway

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"slices"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// codeTimeout is the code of a request that has not ended at its deadline.
const codeTimeout = "TIMEOUT"

// slots bounds how many operations are prepared at once, or how many bodies are decompressed: one
// per processor. A request that waits for a slot ends when its client leaves. Without slots, the
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

// takeSlot waits for a slot. The caller gives it back.
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

// Document is a document with the name of the operation that is executed; empty for the only one.
type Document struct{ Text, Operation string }

// Refused is a document that an engine refuses, with the errors.
type Refused struct {
	Document
	Err error
}

// Documents returns the documents that are cached, from the most to the least recently used.
func (e *Engine) Documents() []Document {
	var list []Document
	seen := map[Document]bool{}
	for _, k := range slices.Backward(e.cache.entries.keys()) {
		// The labels of @override are of this schema.
		if d := (Document{k.text, k.name}); !seen[d] {
			seen[d] = true
			list = append(list, d)
		}
	}
	return list
}

// Warm prepares documents, so that the first requests with them need not wait, and returns those
// that the engine refuses. It begins with the last, so that the first is the most recently used.
// If the context ends, it returns what it has found, and the context's error.
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
