// Package post sends the letters that the accounts ask for: by SMTP, or to files where no server is configured.
//
//	store: letters that are due ──Postman──▶ Sender   sent: forgotten;  failed: due again later;  too late: dropped
//
// A letter leaves the database after it was handed over. A crash between the two sends it twice, never not at all.
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
	LetterSent(ctx context.Context, id string) error
	LetterFailed(ctx context.Context, id string, next time.Time) error
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
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := p.Letters.Alone(ctx, p.round); err != nil && ctx.Err() == nil {
			p.Log.Error("letters cannot be sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// round sends all letters that are due, and those that come meanwhile.
func (p Postman) round(ctx context.Context) (err error) {
	bag := bag{under: map[string]bool{}, back: make(chan outcome)}
	defer func() { bag.empty(&err) }()
	for {
		if err := p.drop(ctx); err != nil {
			return err
		}
		due, err := p.Letters.DueLetters(ctx, time.Now(), 2*together) // of which some are under way
		if err != nil {
			return err
		}
		for _, letter := range due {
			if bag.take(letter) {
				go func() { bag.back <- outcome{letter, p.send(ctx, letter)} }()
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
func (p Postman) drop(ctx context.Context) error {
	dropped, err := p.Letters.DropLetters(ctx, time.Now())
	if dropped > 0 {
		p.Log.Error("letters dropped: they could not be sent before their links ended", "count", dropped)
	}
	return err
}

// send sends a letter, or keeps it for later. What became of it is kept even if the postman goes home meanwhile.
func (p Postman) send(ctx context.Context, letter account.Letter) error {
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err := p.Sender.Send(sending, letter)
	if err == nil {
		return p.Letters.LetterSent(context.WithoutCancel(ctx), letter.ID)
	}
	if ctx.Err() != nil {
		return nil // that is not the letter's fault
	}
	p.Log.Warn("letter not sent", "id", letter.ID, "attempts", letter.Attempts+1, "error", err)
	return p.Letters.LetterFailed(ctx, letter.ID, time.Now().Add(pause(letter.Attempts)))
}

func pause(attempts int) time.Duration { return min(firstPause<<min(attempts, 10), longPause) }
