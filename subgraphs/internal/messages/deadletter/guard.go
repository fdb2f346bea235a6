package deadletter

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// Source delivers messages: a *bus.Bus.
type Source interface {
	Consume(context.Context, bus.Consumer, bus.Handler) error
}

// Guard is a source that parks the messages which its handlers cannot handle.
type Guard struct {
	box       *Box
	from      Source
	log       *slog.Logger
	permanent []error
	tries     tries
}

// Guard returns a source that hands the messages of from to handlers and parks failures. A
// permanent error says that the message can never be handled; after any other error, a later try
// may succeed.
func (b *Box) Guard(from Source, log *slog.Logger, permanent ...error) *Guard {
	return &Guard{box: b, from: from, log: log, permanent: permanent}
}

// Consume hands messages to handle until ctx ends, as the source does.
func (g *Guard) Consume(ctx context.Context, c bus.Consumer, handle bus.Handler) error {
	return g.from.Consume(ctx, c, func(ctx context.Context, m bus.Message) error {
		return g.handle(ctx, c.Stream.Name, m, handle)
	})
}

// handle returns nil once the message is handled or parked. Otherwise the bus delivers it again.
func (g *Guard) handle(
	ctx context.Context, stream string, m bus.Message, handle bus.Handler,
) error {
	id, failure := idOf(stream, m), handle(ctx, m)
	switch {
	case failure == nil:
		g.tries.succeeded(id)
		return nil
	case ctx.Err() != nil: // the service is stopping, so the message may be good
		return failure
	}
	now := g.box.now()
	try := g.tries.failed(id, now)
	isFailure := func(permanent error) bool { return errors.Is(failure, permanent) }
	if !try.enough(now) && !slices.ContainsFunc(g.permanent, isFailure) {
		return failure
	}
	err := g.box.park(ctx, Letter{
		ID: id, Stream: stream, Subject: m.Subject, Data: m.Data, Reason: failure.Error(),
		Deliveries: try.unwritten, FirstSeen: try.first.UnixMicro(), LastSeen: now.UnixMicro(),
	})
	if err != nil {
		return errors.Join(failure, err)
	}
	g.tries.parked(id)
	g.log.Error("message parked", "letter", id, "subject", m.Subject, "id", m.ID, "error", failure)
	return nil
}
