package post

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// bag is the letters that are under way. It belongs to one round.
type bag struct {
	under   map[string]bool // by id
	further int             // how many of them failed before
	back    chan outcome
}

// outcome is a letter that is back, and why nobody knows what became of it.
type outcome struct {
	letter account.Letter
	err    error
}

// take is false for a letter that has no room, or is under way already.
func (b *bag) take(l account.Letter) bool {
	failed := l.Attempts > 0
	if b.under[l.ID] || len(b.under) == together || failed && b.further == again {
		return false
	}
	b.under[l.ID] = true
	if failed {
		b.further++
	}
	return true
}

// wait returns when a letter is back, or when it is time to look for new ones.
func (b *bag) wait(ctx context.Context) error {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	case o := <-b.back:
		return b.remove(o)
	}
}

func (b *bag) remove(o outcome) error {
	delete(b.under, o.letter.ID)
	if o.letter.Attempts > 0 {
		b.further--
	}
	return o.err
}

// empty waits for the letters that are still under way, and adds what went wrong with them.
func (b *bag) empty(err *error) {
	for len(b.under) > 0 {
		*err = errors.Join(*err, b.remove(<-b.back))
	}
}
