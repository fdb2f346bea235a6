package inflight

import "context"

// Ender is notified, in a goroutine of its own, when a context ends.
type Ender interface{ Ended() }

// Hook attaches an Ender to a context. It is embedded in the object that it attaches, so that
// neither a closure nor a list entry is allocated: each fetch attaches its flight and its
// connection. BenchmarkAlone, one flight inside another and an Ender in the inner one: 13
// allocations and 616 bytes with functions, 8 and 608 with hooks. In the benchmark of the README,
// `unique` takes 10 % more processor time if hooks and lifetimes are contexts of the library.
type Hook struct {
	what   Ender
	of     *lifetime
	before *Hook
	stop   func() bool
}

// Hang attaches an Ender to a context, as context.AfterFunc does. For contexts other than those of
// this package it uses context.AfterFunc, which allocates a channel and three more objects.
func (h *Hook) Hang(ctx context.Context, what Ender) {
	if own, ok := ctx.(*lifetime); ok {
		h.on(own, what)
	} else {
		h.of, h.stop = nil, context.AfterFunc(ctx, what.Ended)
	}
}

func (h *Hook) on(l *lifetime, what Ender) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h.what, h.of, h.stop = what, l, nil
	if l.err != nil {
		go what.Ended()
		return
	}
	h.before, l.last = l.last, h
}

// Take detaches the hook. It returns false if the context has ended already; then the hook must
// not be used again.
func (h *Hook) Take() bool {
	if h.of == nil {
		return h.stop()
	}
	h.of.mu.Lock()
	defer h.of.mu.Unlock()
	for at := &h.of.last; *at != nil; at = &(*at).before {
		if *at == h {
			*at = h.before
			return true
		}
	}
	return false
}

// doing adapts a function to Ender.
type doing func()

// Ended calls the function.
func (d doing) Ended() { d() }
