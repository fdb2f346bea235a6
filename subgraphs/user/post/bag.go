package post

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// bag holds the letters that one round is sending.
type bag struct {
	sending map[string]bool // by id
	retries int             // how many of them are retries
	done    chan outcome
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
	if b.sending[l.ID] || len(b.sending) == maxSending || failed && b.retries == maxRetries {
		return false
	}
	b.sending[l.ID] = true
	if failed {
		b.retries++
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
	case o := <-b.done:
		return b.remove(o)
	}
}

func (b *bag) remove(o outcome) error {
	delete(b.sending, o.letter.ID)
	if o.letter.Attempts > 0 {
		b.retries--
	}
	return o.err
}

// empty waits for all letters in the bag and joins their errors to err.
func (b *bag) empty(err *error) {
	for len(b.sending) > 0 {
		*err = errors.Join(*err, b.remove(<-b.done))
	}
}
