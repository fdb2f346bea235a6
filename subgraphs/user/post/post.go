// Package post sends the letters that the accounts ask for: by SMTP, or to files where no server is configured.
//
//	store: letters that are due ──Postman──▶ Sender   sent: forgotten;  failed: due again later;  too late: dropped
//
// The postman writes the next attempt into the database before it hands a letter over, and deletes
// the letter afterwards. While the database takes no writes, as on a full disk, nothing is sent. A
// letter that was sent and cannot be deleted is remembered, and not sent again; only a process
// that dies between the two sends a letter twice, at the next attempt. No letter is lost.
//
// Several letters are under way at a time, and only some of them are further attempts: addresses that answer slowly, or
// never, do not hold up the others. A letter is tried until its token is dead, then it is dropped.
package post

import (
	"context"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	interval    = 2 * time.Second
	longest     = time.Minute     // between two looks, while the store fails
	firstPause  = 5 * time.Second // doubled with each further failure
	longPause   = 5 * time.Minute // a third of the shortest life of a letter
	sendTimeout = 30 * time.Second

	together = 8 // letters under way at a time
	again    = 4 // of which that many failed before
)

// Letters are those to be sent.
type Letters interface {
	// Alone runs fn while no other postman of these letters does.
	Alone(ctx context.Context, fn func(context.Context) error) error
	// DueLetters returns letters that are due and not too late, at most so many: those never tried first, then those due
	// longest.
	DueLetters(ctx context.Context, now time.Time, most int) ([]account.Letter, error)
	// ScheduleLetter writes down how many attempts a letter has had, and when it is due again.
	ScheduleLetter(ctx context.Context, id string, attempts int, due time.Time) error
	// LetterSent deletes a letter.
	LetterSent(ctx context.Context, id string) error
	// DropLetters forgets the letters that are too late, and tells how many.
	DropLetters(ctx context.Context, now time.Time) (int, error)
}

// Sender hands a letter over to those who deliver it.
type Sender interface {
	Send(ctx context.Context, l account.Letter) error
}

// Postman sends letters.
type Postman struct {
	Letters Letters
	Sender  Sender
	Log     *slog.Logger
}

// Run sends what is due until ctx ends; then it returns nil.
func (p Postman) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	sent, failures := newSent(), 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		err := p.Letters.Alone(ctx, func(ctx context.Context) error { return p.round(ctx, sent) })
		switch {
		case err == nil:
			failures = 0
		case ctx.Err() == nil:
			failures++
			p.Log.Error("letters cannot be sent", "error", err)
		}
		timer.Reset(min(interval<<min(failures, 10), longest))
	}
}

// round sends all letters that are due, and those that come meanwhile.
func (p Postman) round(ctx context.Context, sent *sent) (err error) {
	bag := bag{under: map[string]bool{}, back: make(chan outcome)}
	defer func() { bag.empty(&err) }()
	for {
		if err := p.drop(ctx, sent); err != nil {
			return err
		}
		due, err := p.Letters.DueLetters(ctx, time.Now(), 2*together) // of which some are under way
		if err != nil {
			return err
		}
		for _, letter := range due {
			if bag.take(letter) {
				go func() { bag.back <- outcome{letter, p.deliver(ctx, letter, sent)} }()
			}
		}
		if len(bag.under) == 0 {
			return nil
		}
		if err := bag.wait(ctx); err != nil {
			return err
		}
	}
}

// drop forgets what came to nothing.
func (p Postman) drop(ctx context.Context, sent *sent) error {
	now := time.Now()
	sent.drop(now)
	dropped, err := p.Letters.DropLetters(ctx, now)
	if dropped > 0 {
		p.Log.Error("letters dropped: they could not be sent before their links ended", "count", dropped)
	}
	return err
}

// deliver sends a letter, unless an earlier round did, and deletes it. What became of the letter
// is kept even if the postman stops meanwhile.
func (p Postman) deliver(ctx context.Context, letter account.Letter, sent *sent) error {
	keeping := context.WithoutCancel(ctx)
	if !sent.has(letter.ID) {
		if delivered, err := p.attempt(ctx, letter); err != nil || !delivered {
			return err
		}
		sent.add(letter)
	}
	if err := p.Letters.LetterSent(keeping, letter.ID); err != nil {
		return err
	}
	sent.remove(letter.ID)
	return nil
}

// attempt claims a letter and sends it. The claim leaves time for this attempt; a failure makes
// the letter due earlier.
func (p Postman) attempt(ctx context.Context, letter account.Letter) (delivered bool, err error) {
	keeping, next := context.WithoutCancel(ctx), pause(letter.Attempts)
	due := time.Now().Add(sendTimeout + next)
	if err := p.Letters.ScheduleLetter(ctx, letter.ID, letter.Attempts+1, due); err != nil {
		return false, err
	}
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err = p.Sender.Send(sending, letter)
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() != nil: // the postman stops, which is not the letter's fault
		return false, p.Letters.ScheduleLetter(keeping, letter.ID, letter.Attempts, time.Now())
	}
	p.Log.Warn("letter not sent", "id", letter.ID, "attempts", letter.Attempts+1, "error", err)
	due = time.Now().Add(next)
	return false, p.Letters.ScheduleLetter(keeping, letter.ID, letter.Attempts+1, due)
}

func pause(attempts int) time.Duration { return min(firstPause<<min(attempts, 10), longPause) }
