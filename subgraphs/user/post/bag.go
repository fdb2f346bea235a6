package post

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// bag holds the letters that one round is sending.
type bag struct {
	under   map[string]bool // by id
	further int             // how many of them are retries
	back    chan outcome
}

// outcome is a letter whose sending ended, and the error if its result could not be stored.
type outcome struct {
	letter account.Letter
	err    error
}

// take adds a letter. It returns false if the letter is in the bag already or there is no room
// for it.
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

// wait returns when a letter's sending ends, or when it is time to look for new letters.
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

// empty waits for all letters in the bag and joins their errors to err.
func (b *bag) empty(err *error) {
	for len(b.under) > 0 {
		*err = errors.Join(*err, b.remove(<-b.back))
	}
}
