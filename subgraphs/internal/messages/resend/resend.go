// Package resend fills a stream again when messages are missing from it.
//
// A service publishes each message through the outbox, and the stream keeps it for as long as it
// is useful. If the stream is new, or the server has lost its files, the stream holds fewer
// messages than the database expects. Then the service publishes all of them again. Receivers
// accept a message twice.
//
//	Source: how many the stream should hold ┐
//	Holder: how many it holds               ┴─fewer──▶ Source.PublishAll ──▶ stream
package resend

import (
	"context"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const interval = 2 * time.Second

// Source can publish all messages of a stream.
type Source interface {
	// Due returns how many messages the stream should hold by now, or 0 while that is unknown.
	Due(context.Context) (int, error)
	PublishAll(context.Context) error
}

// Holder counts the messages of a stream: a *bus.Bus.
type Holder interface {
	Held(context.Context, bus.Stream) (int, error)
}

// Keeper keeps a stream complete.
type Keeper struct {
	Stream bus.Stream
	Holder Holder
	Source Source
	Log    *slog.Logger
}

// Run checks the stream every 2 seconds until ctx ends; then it returns nil. If the database or
// the message server is unavailable, it tries again at the next check.
func (k Keeper) Run(ctx context.Context) error {
	failed := func(err error, _ bool) {
		k.Log.Debug("cannot check the stream", "stream", k.Stream.Name, "error", err)
	}
	return repeat.Loop{Pause: interval, Failed: failed}.Run(ctx, k.look)
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
	k.Log.Info("publishing all messages again", "stream", k.Stream.Name, "held", held, "due", due)
	return k.Source.PublishAll(ctx)
}
