// Package repeat calls a function again and again: at intervals, and sooner when there is work.
//
//	Loop.Run ──▶ call ──▶ pause, until its end or a signal on Wake ──▶ call ──▶ …
//
// All background work of the services is a Loop. Its context ends it; a failed call does not, so
// that a database or a bus that is unavailable delays the work and nothing else.
package repeat

import (
	"context"
	"errors"
	"time"
)

// ErrDone ends a loop without an error, if the function returns it.
var ErrDone = errors.New("repeat: done")

// Loop says when a function is called. The zero values of all fields but Pause are useful.
type Loop struct {
	// Pause is the time between the end of a call and the beginning of the next.
	Pause time.Duration
	// Retry returns the pause after so many failed calls in a row. If it is nil, that is Pause.
	Retry func(failures int) time.Duration
	// PauseFirst puts a pause before the first call.
	PauseFirst bool
	// Wake ends a pause early.
	Wake <-chan struct{}
	// Failed is called with the error of each failed call, except when the context has ended.
	// A log that needs only the first failure in a row looks at repeated.
	Failed func(err error, repeated bool)
}

// Run calls do until ctx ends or do returns ErrDone; then it returns nil.
func (l Loop) Run(ctx context.Context, do func(context.Context) error) error {
	if l.PauseFirst && !l.wait(ctx, l.Pause) {
		return nil
	}
	for failures := 0; ctx.Err() == nil; {
		pause, err := l.Pause, do(ctx)
		switch {
		case err == nil:
			failures = 0
		case ctx.Err() != nil || errors.Is(err, ErrDone):
			return nil
		default:
			failures++
			if l.Failed != nil {
				l.Failed(err, failures > 1)
			}
			if l.Retry != nil {
				pause = l.Retry(failures)
			}
		}
		if !l.wait(ctx, pause) {
			return nil
		}
	}
	return nil
}

// wait returns true after the pause or a signal, and false once ctx has ended.
func (l Loop) wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-l.Wake:
	case <-timer.C:
	}
	return true
}

// UntilNil calls do until it returns nil, with a pause after each failure. If ctx ends first, it
// returns the last failure and the reason for the end.
func UntilNil(ctx context.Context, pause time.Duration, do func(context.Context) error) error {
	for {
		err := do(ctx)
		if err == nil {
			return nil
		}
		if ended := Wait(ctx, pause); ended != nil {
			return errors.Join(err, ended)
		}
	}
}

// Wait returns nil after the pause, or the reason why ctx has ended.
func Wait(ctx context.Context, pause time.Duration) error {
	if (Loop{}).wait(ctx, pause) {
		return nil
	}
	return ctx.Err()
}

// Doubled returns first, doubled so many times, but at most longest.
func Doubled(first time.Duration, times int, longest time.Duration) time.Duration {
	for ; times > 0 && first < longest; times-- {
		first *= 2
	}
	return min(first, longest)
}
