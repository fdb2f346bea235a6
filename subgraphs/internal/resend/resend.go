// Package resend keeps the streams of a service complete.
//
// Each message goes to its stream through the outbox, and stays there for as long as it is of use. A
// stream that is new, or whose server lost its files, holds fewer of them than the database knows;
// then all are told again. Receivers are not harmed by being told twice.
//
//	Source: how many ought to be held ┐
//	stream: how many it holds         ┴─fewer are held──▶ Source.TellAll ──▶ stream
package resend

import (
	"context"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

const interval = 2 * time.Second

// Source knows all that there is to tell.
type Source interface {
	// Due returns how many messages the stream ought to hold by now: none, while that is not known.
	Due(context.Context) (int, error)
	TellAll(context.Context) error
}

// Holder tells what is held: a *bus.Bus.
type Holder interface {
	Held(context.Context, bus.Stream) (int, error)
}

// Keeper watches over a stream.
type Keeper struct {
	Stream bus.Stream
	Holder Holder
	Source Source
	Log    *slog.Logger
}

// Run looks after the stream until ctx ends; then it returns nil. While something cannot be
// reached it waits: the service goes on without it.
func (k Keeper) Run(ctx context.Context) error {
	timer := time.NewTicker(interval)
	defer timer.Stop()
	for {
		if err := k.look(ctx); err != nil && ctx.Err() == nil {
			k.Log.Debug("telling again waits", "stream", k.Stream.Name, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
	}
}

func (k Keeper) look(ctx context.Context) error {
	due, err := k.Source.Due(ctx)
	if err != nil || due == 0 {
		return err
	}
	held, err := k.Holder.Held(ctx, k.Stream)
	if err != nil || held >= due {
		return err
	}
	k.Log.Info("telling all again", "stream", k.Stream.Name, "held", held, "due", due)
	return k.Source.TellAll(ctx)
}
