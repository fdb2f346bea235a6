package mail

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// inFlight holds the mails that one round is sending.
type inFlight struct {
	byID    map[string]bool
	retries int // how many of them are retries
	done    chan outcome
}

// outcome is a mail whose sending ended, and the error if its result could not be stored.
type outcome struct {
	mail account.Mail
	err  error
}

// take adds a mail. It returns false if the mail is in flight already or there is no room
// for it.
func (f *inFlight) take(mail account.Mail) bool {
	failed := mail.Attempts > 0
	if f.byID[mail.ID] || len(f.byID) == maxSending || failed && f.retries == maxRetries {
		return false
	}
	f.byID[mail.ID] = true
	if failed {
		f.retries++
	}
	return true
}

// wait returns when a mail's sending ends, or when it is time to look for new mails.
func (f *inFlight) wait(ctx context.Context) error {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	case o := <-f.done:
		return f.remove(o)
	}
}

func (f *inFlight) remove(o outcome) error {
	delete(f.byID, o.mail.ID)
	if o.mail.Attempts > 0 {
		f.retries--
	}
	return o.err
}

// empty waits for all mails in flight and joins their errors to err.
func (f *inFlight) empty(err *error) {
	for len(f.byID) > 0 {
		*err = errors.Join(*err, f.remove(<-f.done))
	}
}
