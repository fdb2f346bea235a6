// Package inflight shares the outcome of work between those who ask for the same at the same time.
//
//	Do(key) ──the first with the key──▶ work ──▶ Flight ──▶ Release by each; the last one recycles
//	Do(an equal key, meanwhile) ───────waits────────┘
//
// Goes in: a key, which holds all that the outcome depends on, and the work. Comes out: a Flight, which several may hold:
// its value is not to be changed. Keys are compared in full. Nothing is kept once the work has ended.
//
// One who waits and goes away takes nothing from the others: the work is cancelled only when nobody waits for it any
// more. Work says itself whether its outcome is for others too; if it is not, or if it panics, each of them does its own.
package inflight

import (
	"context"
	"sync"
	"unsafe"
)

// Work returns a value, and whether that is one for all who asked for it.
type Work[T any] func(ctx context.Context) (value T, forAll bool)

// Group is the work in flight of one kind. It is safe for use by many goroutines.
type Group[T any] struct {
	recycle func(T)

	mu      sync.Mutex
	flights map[string]*Flight[T]
}

// New returns a group that gives a value to recycle when nobody holds it any more.
func New[T any](recycle func(T)) *Group[T] {
	return &Group[T]{recycle: recycle, flights: map[string]*Flight[T]{}}
}

// Flight is work with its outcome.
type Flight[T any] struct {
	// Value is what the work returned.
	Value T

	group  *Group[T]
	key    string // in the memory of the first who asked
	forAll bool   // to be read once it has landed
	life   lifetime
	hook   Hook // on the context of the first who asked

	// Under the group's mutex: who may still read the value, who still wants it, and whether there is one; and a channel
	// that is closed then, if there is anyone who waits for it.
	holders, waiting int
	landed           bool
	landing          chan struct{}
}

// Do returns the outcome of the work, or of another's that is in flight with an equal key; joined says which. The work's
// context ends when all who wait for it have gone; ctx is that of the one who asks. The key is not copied: it may be
// changed once Do has returned.
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
		f = &Flight[T]{group: g, key: unsafe.String(unsafe.SliceData(key), len(key)), life: newLifetime(ctx)}
		g.flights[f.key] = f
		first = true
	} else if f.landing == nil {
		f.landing = make(chan struct{})
	}
	f.holders++
	f.waiting++
	return f, first
}

// lead does the work in the goroutine of the first, even after that one's client has gone: others may wait for it.
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
	if f.landing != nil { // nobody joins what has landed
		close(f.landing)
	}
}

// wait returns true if there is a value for this one, too; else it holds nothing.
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

// leave takes back one's wish for the value. Work that nobody wishes for ends, and nobody joins it any more.
func (f *Flight[T]) leave() {
	f.group.mu.Lock()
	defer f.group.mu.Unlock()
	if f.waiting--; f.waiting == 0 && !f.landed {
		f.forget()
		f.life.end()
	}
}

// leaving is a flight that is left when a context ends.
type leaving[T any] Flight[T]

// Ended leaves it.
func (l *leaving[T]) Ended() { (*Flight[T])(l).leave() }

func (f *Flight[T]) forget() {
	if f.group.flights[f.key] == f {
		delete(f.group.flights, f.key)
	}
}

// Release ends one's use of the value. It is to be called once by each whom Do gave the flight.
func (f *Flight[T]) Release() {
	f.group.mu.Lock()
	f.holders--
	last := f.holders == 0
	f.group.mu.Unlock()
	if last {
		f.group.recycle(f.Value)
	}
}

// Take releases the flight for a value of one's own: a copy, or for the last who holds it the value itself.
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
