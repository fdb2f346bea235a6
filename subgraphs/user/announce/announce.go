// Package announce keeps the stream of revoked sessions complete.
//
// Each revocation goes to the stream through the outbox, and stays there for as
// long as a token of its session could hold. A stream whose server lost its
// files knows fewer of them than the database; then all are told again, or a
// service that starts after the loss would let their tokens in. Telling twice
// is harmless.
//
//	database: sessions revoked lately ┐
//	stream: how many it holds         ┴─fewer are held──▶ Publish
package announce

import (
	"context"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

const interval = 2 * time.Second

// Sessions knows what was revoked.
type Sessions interface {
	// RevokedSince returns a message for each session revoked after a time.
	RevokedSince(ctx context.Context, since time.Time) ([]bus.Message, error)
}

// Stream is what other services can know.
type Stream interface {
	Held(ctx context.Context, s bus.Stream) (int, error)
	Publish(ctx context.Context, m bus.Message) error
}

// Keeper watches over the stream.
type Keeper struct {
	Sessions Sessions
	Stream   Stream
	Log      *slog.Logger
}

// Run looks after the stream until ctx ends; then it returns nil. While the
// message server is down it waits.
func (k Keeper) Run(ctx context.Context) error {
	timer := time.NewTicker(interval)
	defer timer.Stop()
	for {
		if err := k.look(ctx); err != nil && ctx.Err() == nil {
			k.Log.Debug("announcing waits", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
	}
}

// look tells all revocations again if the stream misses some. One that is still
// on its way through the outbox is told early: its id is the same.
func (k Keeper) look(ctx context.Context) error {
	revoked, err := k.Sessions.RevokedSince(ctx, time.Now().Add(-auth.TokenLife))
	if err != nil || len(revoked) == 0 {
		return err
	}
	held, err := k.Stream.Held(ctx, auth.RevocationStream())
	if err != nil || held >= len(revoked) {
		return err
	}
	k.Log.Info("telling revoked sessions again", "held", held, "revoked", len(revoked))
	for _, m := range revoked {
		if err := k.Stream.Publish(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
