// Package mail sends the service's mails by SMTP or, without a server, writes them to files.
//
//	store: due mails ──Relay──▶ Sender   sent: deleted; failed: due later; expired: dropped
//
// The relay stores the time of the next attempt before it hands a mail over, and deletes the
// mail afterwards. While the database refuses writes, for example on a full disk, nothing is
// sent. The relay remembers a mail that was sent but cannot be deleted, and does not send it
// again. Only if the process dies in between is a mail sent twice, at the next attempt. No
// mail is lost before it expires.
//
// Several mails are sent concurrently, and only some of them may be retries, so that slow or
// dead addresses do not delay the others. A mail is retried until its token expires; then it is
// dropped.
package mail

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

	maxSending = 8 // mails sent concurrently
	maxRetries = 4 // of those, how many may be retries
)

// Mails is the store of mails to send.
type Mails interface {
	// Alone runs fn while no other relay sends these mails.
	Alone(ctx context.Context, fn func(context.Context) error) error
	// DueMails returns up to limit mails that are due and not expired: first those never
	// tried, then those due longest.
	DueMails(ctx context.Context, now time.Time, limit int) ([]account.Mail, error)
	// ScheduleMail stores a mail's number of attempts and when it is due again.
	ScheduleMail(ctx context.Context, id string, attempts int, due time.Time) error
	// DeleteMail deletes a mail.
	DeleteMail(ctx context.Context, id string) error
	// DropMails deletes expired mails and returns how many.
	DropMails(ctx context.Context, now time.Time) (int, error)
}

// Sender hands mails over for delivery.
type Sender interface {
	Send(ctx context.Context, mail account.Mail) error
}

// Relay sends mails.
type Relay struct {
	Mails  Mails
	Sender Sender
	Log    *slog.Logger
}

// Run sends due mails until ctx ends. It then returns nil.
func (r Relay) Run(ctx context.Context) error {
	sent := newSent()
	loop := repeat.Loop{
		Pause:  interval,
		Retry:  func(failures int) time.Duration { return repeat.Doubled(interval, failures, longest) },
		Failed: func(err error, _ bool) { r.Log.Error("mails cannot be sent", "error", err) },
	}
	return loop.Run(ctx, func(ctx context.Context) error {
		return r.Mails.Alone(ctx, func(ctx context.Context) error { return r.round(ctx, sent) })
	})
}

// round sends all due mails, including those that become due during the round.
func (r Relay) round(ctx context.Context, sent *sent) (err error) {
	sending := inFlight{byID: map[string]bool{}, done: make(chan outcome)}
	defer func() { sending.empty(&err) }()
	for {
		if err := r.drop(ctx, sent); err != nil {
			return err
		}
		due, err := r.Mails.DueMails(ctx, time.Now(), 2*maxSending) // some are being sent
		if err != nil {
			return err
		}
		for _, mail := range due {
			if sending.take(mail) {
				go func() { sending.done <- outcome{mail, r.deliver(ctx, mail, sent)} }()
			}
		}
		if len(sending.byID) == 0 {
			return nil
		}
		if err := sending.wait(ctx); err != nil {
			return err
		}
	}
}

// drop deletes expired mails and forgets the sent ones among them.
func (r Relay) drop(ctx context.Context, sent *sent) error {
	now := time.Now()
	sent.drop(now)
	dropped, err := r.Mails.DropMails(ctx, now)
	if dropped > 0 {
		r.Log.Error("mails dropped: they could not be sent before their links ended", "count", dropped)
	}
	return err
}

// deliver sends a mail, unless an earlier round sent it, and deletes it. Even while the relay
// stops, it stores the result.
func (r Relay) deliver(ctx context.Context, mail account.Mail, sent *sent) error {
	keeping := context.WithoutCancel(ctx)
	if !sent.has(mail.ID) {
		if delivered, err := r.attempt(ctx, mail); err != nil || !delivered {
			return err
		}
		sent.add(mail)
	}
	if err := r.Mails.DeleteMail(keeping, mail.ID); err != nil {
		return err
	}
	sent.remove(mail.ID)
	return nil
}

// attempt schedules the next attempt and sends the mail. The schedule leaves time for this
// attempt; a failure makes the mail due earlier.
func (r Relay) attempt(ctx context.Context, mail account.Mail) (delivered bool, err error) {
	keeping, next := context.WithoutCancel(ctx), pause(mail.Attempts)
	due := time.Now().Add(sendTimeout + next)
	if err := r.Mails.ScheduleMail(ctx, mail.ID, mail.Attempts+1, due); err != nil {
		return false, err
	}
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err = r.Sender.Send(sending, mail)
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() != nil: // the relay stops; this does not count as a failure
		return false, r.Mails.ScheduleMail(keeping, mail.ID, mail.Attempts, time.Now())
	}
	r.Log.Warn("mail not sent, will retry",
		"id", mail.ID, "attempts", mail.Attempts+1, "error", err)
	due = time.Now().Add(next)
	return false, r.Mails.ScheduleMail(keeping, mail.ID, mail.Attempts+1, due)
}

func pause(attempts int) time.Duration {
	return repeat.Doubled(firstPause, attempts, longPause)
}
