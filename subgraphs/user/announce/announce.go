// Package announce knows which revocations the stream of revoked sessions should contain: those
// of sessions whose tokens could still be in use. If the stream contains fewer, package resend
// publishes all of them again. Otherwise a service that starts after the loss would accept their
// tokens.
package announce

import (
	"context"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
)

// Stream is the stream of revoked sessions.
func Stream() bus.Stream { return events.Sessions() }

// Sessions returns revocations.
type Sessions interface {
	// RevokedSince returns a message for each session revoked after a time.
	RevokedSince(ctx context.Context, since time.Time) ([]bus.Message, error)
}

// Publisher publishes a message to the stream.
type Publisher interface {
	Publish(ctx context.Context, m bus.Message) error
}

// Source is the resend.Source of revocations.
type Source struct {
	Sessions  Sessions
	Publisher Publisher
}

// Due returns how many sessions were revoked recently, including those still in the outbox.
func (s Source) Due(ctx context.Context) (int, error) {
	revoked, err := s.lately(ctx)
	return len(revoked), err
}

// PublishAll publishes them at once, without the outbox. A message that is also in the outbox has
// the same id.
func (s Source) PublishAll(ctx context.Context) error {
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
