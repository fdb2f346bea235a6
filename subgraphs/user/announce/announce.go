// Package announce knows what the stream of revoked sessions ought to hold: those of which a token
// could still be in use. When it holds fewer, package resend has all of them told again, or a
// service that starts after the loss would let their tokens in.
package announce

import (
	"context"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
)

// Stream is the stream of revoked sessions.
func Stream() bus.Stream { return events.Sessions() }

// Sessions knows what was revoked.
type Sessions interface {
	// RevokedSince returns a message for each session revoked after a time.
	RevokedSince(ctx context.Context, since time.Time) ([]bus.Message, error)
}

// Publisher is a way to the stream.
type Publisher interface {
	Publish(ctx context.Context, m bus.Message) error
}

// Source is a resend.Source: the revocations.
type Source struct {
	Sessions  Sessions
	Publisher Publisher
}

// Due is all sessions revoked lately, those on their way through the outbox too.
func (s Source) Due(ctx context.Context) (int, error) {
	revoked, err := s.lately(ctx)
	return len(revoked), err
}

// TellAll publishes them at once, past the outbox: one that waits there comes with the same id.
func (s Source) TellAll(ctx context.Context) error {
	revoked, err := s.lately(ctx)
	if err != nil {
		return err
	}
	for _, m := range revoked {
		if err := s.Publisher.Publish(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (s Source) lately(ctx context.Context) ([]bus.Message, error) {
	return s.Sessions.RevokedSince(ctx, time.Now().Add(-auth.TokenLife-auth.Leeway))
}
