// Package announce keeps the stream of product changes complete.
//
// Each change goes to the stream through the outbox, and the stream keeps the newest one of every
// product. A stream that is new, or whose server lost its files, holds fewer products than the
// database; then all of them are told of again. Receivers take only a higher version, so that
// telling twice is harmless.
//
//	database: how many products ┐
//	outbox: nothing waits       ├──fewer are held──▶ Catalogue.TellAll ──▶ outbox ──relay──▶ stream
//	stream: how many it holds   ┘
package announce

import (
	"context"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
)

const interval = 2 * time.Second

// Catalogue is what there is to tell.
type Catalogue interface {
	// CountAll counts all products, those that are not on sale too.
	CountAll(context.Context) (int, error)
	TellAll(context.Context) error
}

// Outbox is what is being told already.
type Outbox interface {
	Pending(context.Context) (int, error)
}

// Stream is what others can know.
type Stream interface {
	Held(context.Context, bus.Stream) (int, error)
}

// Keeper watches over the stream.
type Keeper struct {
	Catalogue Catalogue
	Outbox    Outbox
	Stream    Stream
	Log       *slog.Logger
}

// Run looks after the stream until ctx ends; then it returns nil. While something cannot be
// reached it waits: the shop goes on without it.
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

// look tells of all products if some are missing from the stream, and none is on its way.
func (k Keeper) look(ctx context.Context) error {
	pending, err := k.Outbox.Pending(ctx)
	if err != nil || pending > 0 {
		return err
	}
	held, err := k.Stream.Held(ctx, events.Catalogue())
	if err != nil {
		return err
	}
	products, err := k.Catalogue.CountAll(ctx)
	if err != nil || held >= products {
		return err
	}
	k.Log.Info("telling of all products again", "held", held, "products", products)
	return k.Catalogue.TellAll(ctx)
}
