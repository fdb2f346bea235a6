// Package post sends the letters that the accounts ask for: by SMTP, or to files where no server is configured.
//
//	store: letters that are due ──Postman──▶ Sender   sent: forgotten;  failed: due again later
//
// A letter leaves the database after it was handed over. A crash between the two sends it twice, never not at all.
package post

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	interval    = 2 * time.Second
	firstPause  = 5 * time.Second // doubled with each further failure
	longPause   = 15 * time.Minute
	sendTimeout = 30 * time.Second
)

// Letters are those to be sent.
type Letters interface {
	// Alone runs fn while no other postman of these letters does.
	Alone(ctx context.Context, fn func(context.Context) error) error
	// DueLetter returns the letter that is due longest, or account.ErrNotFound.
	DueLetter(ctx context.Context, now time.Time) (account.Letter, error)
	LetterSent(ctx context.Context, id string) error
	LetterFailed(ctx context.Context, id string, next time.Time) error
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

// round sends all letters that are due.
func (p Postman) round(ctx context.Context) error {
	for {
		letter, err := p.Letters.DueLetter(ctx, time.Now())
		if errors.Is(err, account.ErrNotFound) {
			return nil
		}
		if err == nil {
			err = p.send(ctx, letter)
		}
		if err != nil {
			return err
		}
	}
}

// send sends a letter, or keeps it for later.
func (p Postman) send(ctx context.Context, letter account.Letter) error {
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := p.Sender.Send(sending, letter); err != nil {
		p.Log.Warn("letter not sent", "id", letter.ID, "attempts", letter.Attempts+1, "error", err)
		return p.Letters.LetterFailed(ctx, letter.ID, time.Now().Add(pause(letter.Attempts)))
	}
	return p.Letters.LetterSent(ctx, letter.ID)
}

func pause(attempts int) time.Duration { return min(firstPause<<min(attempts, 10), longPause) }
