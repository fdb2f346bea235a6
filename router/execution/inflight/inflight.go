// Package inflight shares the result of work between callers that ask for the same thing at the
// same time.
//
//	Do(key) ──first caller──▶ work ──▶ Flight ──▶ Release by each caller; the last one recycles
//	Do(equal key, meanwhile) ─waits────────┘
//
// Input: a key, which holds everything that the result depends on, and the work. Output: a Flight,
// which several callers may hold, so its value must not be changed. Keys are compared in full. The
// package keeps nothing after the work has ended.
//
// A caller that stops waiting does not disturb the others: the work is cancelled only when nobody
// waits for it any more. The work itself says whether its result is good for the other callers. If
// it is not, or if the work panics, each of them does its own.
package inflight

import (
	"context"
	"sync"
	"unsafe"
)

// Work returns a value, and whether all callers may share it.
type Work[T any] func(ctx context.Context) (value T, forAll bool)

// Group holds the work of one kind that is in flight. It is safe for concurrent use.
type Group[T any] struct {
	recycle func(T)

	mu      sync.Mutex
	flights map[string]*Flight[T]
}

// New returns a group that calls recycle with a value when nobody holds it any more.
func New[T any](recycle func(T)) *Group[T] {
	return &Group[T]{recycle: recycle, flights: map[string]*Flight[T]{}}
}

// Flight is a piece of work and its result.
type Flight[T any] struct {
	// Value is what the work returned.
	Value T

	group  *Group[T]
	key    string // in the first caller's memory
	forAll bool   // valid once landed is true
	life   lifetime
	hook   Hook // on the first caller's context

	// The group's mutex guards these: how many callers may still read the value, how many still
	// wait for it, and whether it is there. landing is closed when it is, and exists only if a
	// second caller waits.
	holders, waiting int
	landed           bool
	landing          chan struct{}
}

// Do does the work, or waits for another caller's work with an equal key; joined says which. The
// work's context ends when everybody who waits for it has left; ctx is the caller's own. Do does
// not copy the key: the caller may change it once Do has returned.
func (g *Group[T]) Do(ctx context.Context, key []byte, work Work[T]) (f *Flight[T], joined bool) {
	f, first := g.join(ctx, key)
	if first {
		f.lead(ctx, work)
		return f, false
	}
	if f.wait(ctx) {
		return f, true
	}
	value, _ := work(ctx)
	return &Flight[T]{Value: value, group: g, holders: 1}, false
}

func (g *Group[T]) join(ctx context.Context, key []byte) (f *Flight[T], first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f = g.flights[string(key)]
	if f == nil {
		own := unsafe.String(unsafe.SliceData(key), len(key))
		f = &Flight[T]{group: g, key: own, life: newLifetime(ctx)}
		g.flights[f.key] = f
		first = true
	} else if f.landing == nil {
		f.landing = make(chan struct{})
	}
	f.holders++
	f.waiting++
	return f, first
}

// lead does the work in the first caller's goroutine, even after its client has left: others may
// wait for it.
func (f *Flight[T]) lead(ctx context.Context, work Work[T]) {
	defer f.land()
	f.hook.Hang(ctx, (*leaving[T])(f))
	defer f.hook.Take()
	f.Value, f.forAll = work(&f.life)
}

func (f *Flight[T]) land() {
	f.group.mu.Lock()
	f.landed = true
	f.forget()
	f.group.mu.Unlock()
	f.life.end()
	if f.landing != nil { // nobody joins a flight that has landed
		close(f.landing)
	}
}

// wait reports whether the caller may use the value; if not, the caller holds nothing.
func (f *Flight[T]) wait(ctx context.Context) bool {
	select {
	case <-f.landing:
		if f.forAll {
			return true
		}
	case <-ctx.Done():
		f.leave()
	}
	f.Release()
	return false
}

// leave withdraws a caller. When the last one leaves, the work is cancelled and nobody can join it
// any more.
func (f *Flight[T]) leave() {
	f.group.mu.Lock()
	defer f.group.mu.Unlock()
	if f.waiting--; f.waiting == 0 && !f.landed {
		f.forget()
		f.life.end()
	}
}

// leaving is a flight as an Ender that withdraws a caller.
type leaving[T any] Flight[T]

// Ended withdraws the caller whose context has ended.
func (l *leaving[T]) Ended() { (*Flight[T])(l).leave() }

func (f *Flight[T]) forget() {
	if f.group.flights[f.key] == f {
		delete(f.group.flights, f.key)
	}
}

// Release ends the caller's use of the value. Each caller to which Do gave the flight must call it
// once.
func (f *Flight[T]) Release() {
	f.group.mu.Lock()
	f.holders--
	last := f.holders == 0
	f.group.mu.Unlock()
	if last {
		f.group.recycle(f.Value)
	}
}

// Take releases the flight and returns a value that the caller owns: a copy, or the value itself
// if the caller is the last holder.
func (f *Flight[T]) Take(clone func(T) T) T {
	f.group.mu.Lock()
	if f.holders == 1 {
		f.holders = 0
		f.group.mu.Unlock()
		return f.Value
	}
	f.group.mu.Unlock()
	own := clone(f.Value)
	f.Release()
	return own
}
