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
		for p.next(ctx) {
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// next sends one letter; false if none is due.
func (p Postman) next(ctx context.Context) bool {
	letter, err := p.Letters.DueLetter(ctx, time.Now())
	if err != nil {
		if !errors.Is(err, account.ErrNotFound) && ctx.Err() == nil {
			p.Log.Error("letters cannot be read", "error", err)
		}
		return false
	}
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := p.Sender.Send(sending, letter); err != nil {
		p.Log.Warn("letter not sent", "id", letter.ID, "attempts", letter.Attempts+1, "error", err)
		err = p.Letters.LetterFailed(ctx, letter.ID, time.Now().Add(pause(letter.Attempts)))
		return err == nil
	}
	return p.Letters.LetterSent(ctx, letter.ID) == nil
}

func pause(attempts int) time.Duration { return min(firstPause<<min(attempts, 10), longPause) }
