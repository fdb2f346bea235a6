// Package post sends the service's letters by SMTP or, without a server, writes them to files.
//
//	store: due letters ──Postman──▶ Sender   sent: deleted; failed: due later; expired: dropped
//
// The postman stores the time of the next attempt before it hands a letter over, and deletes the
// letter afterwards. While the database refuses writes, for example on a full disk, nothing is
// sent. The postman remembers a letter that was sent but cannot be deleted, and does not send it
// again. Only if the process dies in between is a letter sent twice, at the next attempt. No
// letter is lost before it expires.
//
// Several letters are sent concurrently, and only some of them may be retries, so that slow or
// dead addresses do not delay the others. A letter is retried until its token expires; then it is
// dropped.
package post

import (
	"context"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	interval    = 2 * time.Second
	longest     = time.Minute     // between two rounds while the store fails
	firstPause  = 5 * time.Second // doubled after each failure
	longPause   = 5 * time.Minute // a third of the shortest token life
	sendTimeout = 30 * time.Second

	maxSending = 8 // letters sent concurrently
	maxRetries = 4 // of those, how many may be retries
)

// Letters is the store of letters to send.
type Letters interface {
	// Alone runs fn while no other postman sends these letters.
	Alone(ctx context.Context, fn func(context.Context) error) error
	// DueLetters returns up to most letters that are due and not expired: first those never
	// tried, then those due longest.
	DueLetters(ctx context.Context, now time.Time, most int) ([]account.Letter, error)
	// ScheduleLetter stores a letter's number of attempts and when it is due again.
	ScheduleLetter(ctx context.Context, id string, attempts int, due time.Time) error
	// LetterSent deletes a letter.
	LetterSent(ctx context.Context, id string) error
	// DropLetters deletes expired letters and returns how many.
	DropLetters(ctx context.Context, now time.Time) (int, error)
}

// Sender hands letters over for delivery.
type Sender interface {
	Send(ctx context.Context, l account.Letter) error
}

// Postman sends letters.
type Postman struct {
	Letters Letters
	Sender  Sender
	Log     *slog.Logger
}

// Run sends due letters until ctx ends. It then returns nil.
func (p Postman) Run(ctx context.Context) error {
	sent := newSent()
	loop := repeat.Loop{
		Pause:  interval,
		Retry:  func(failures int) time.Duration { return repeat.Doubled(interval, failures, longest) },
		Failed: func(err error, _ bool) { p.Log.Error("letters cannot be sent", "error", err) },
	}
	return loop.Run(ctx, func(ctx context.Context) error {
		return p.Letters.Alone(ctx, func(ctx context.Context) error { return p.round(ctx, sent) })
	})
}

// round sends all due letters, including those that become due during the round.
func (p Postman) round(ctx context.Context, sent *sent) (err error) {
	bag := bag{sending: map[string]bool{}, done: make(chan outcome)}
	defer func() { bag.empty(&err) }()
	for {
		if err := p.drop(ctx, sent); err != nil {
			return err
		}
		due, err := p.Letters.DueLetters(ctx, time.Now(), 2*maxSending) // some are being sent
		if err != nil {
			return err
		}
		for _, letter := range due {
			if bag.take(letter) {
				go func() { bag.done <- outcome{letter, p.deliver(ctx, letter, sent)} }()
			}
		}
		if len(bag.sending) == 0 {
			return nil
		}
		if err := bag.wait(ctx); err != nil {
			return err
		}
	}
}

// drop deletes expired letters and forgets the sent ones among them.
func (p Postman) drop(ctx context.Context, sent *sent) error {
	now := time.Now()
	sent.drop(now)
	dropped, err := p.Letters.DropLetters(ctx, now)
	if dropped > 0 {
		p.Log.Error("letters dropped: they could not be sent before their links ended", "count", dropped)
	}
	return err
}

// deliver sends a letter, unless an earlier round sent it, and deletes it. Even while the postman
// stops, it stores the result.
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

// attempt schedules the next attempt and sends the letter. The schedule leaves time for this
// attempt; a failure makes the letter due earlier.
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
	case ctx.Err() != nil: // the postman stops; this does not count as a failure
		return false, p.Letters.ScheduleLetter(keeping, letter.ID, letter.Attempts, time.Now())
	}
	p.Log.Warn("letter not sent, will retry",
		"id", letter.ID, "attempts", letter.Attempts+1, "error", err)
	due = time.Now().Add(next)
	return false, p.Letters.ScheduleLetter(keeping, letter.ID, letter.Attempts+1, due)
}

func pause(attempts int) time.Duration {
	return repeat.Doubled(firstPause, attempts, longPause)
}
