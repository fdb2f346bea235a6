// Package stockcommands handles the commands of orders in the product service.
//
//	stream STOCK_COMMANDS ──Serve──▶ events.StockCommand ──▶ stock.Service ──▶ reply, by the outbox
//	                        Expire ─── every 5 s ──▶ stock.Service.Expire
//	                        Tidy ─── every hour ──▶ stock.Service.Prune
//
// Order repeats a command until it gets the reply, so a command that fails here is not lost. The
// source is a deadletter.Guard, which parks malformed commands.
package stockcommands

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

const (
	interval = 5 * time.Second
	tidying  = time.Hour
)

// Source delivers messages: a *bus.Bus or a *deadletter.Guard.
type Source interface {
	Consume(context.Context, bus.Consumer, bus.Handler) error
}

// Handler handles commands.
type Handler struct {
	stock *stock.Service
	log   *slog.Logger
}

// New returns the handler of a stock service.
func New(service *stock.Service, log *slog.Logger) Handler { return Handler{service, log} }

// Serve handles commands until ctx ends; then it returns nil.
func (h Handler) Serve(ctx context.Context, from Source) error {
	return from.Consume(ctx, events.ReadCommands(), h.Handle)
}

// Handle handles one command. For a malformed command it returns stock.ErrBadCommand.
func (h Handler) Handle(ctx context.Context, m bus.Message) error {
	c, err := events.DecodeStockCommand(m)
	if err != nil {
		return fmt.Errorf("%w: %w", stock.ErrBadCommand, err)
	}
	attempt := stock.Attempt{OrderID: c.OrderID, Number: c.Attempt}
	switch c.Kind {
	case events.Reserve:
		return h.stock.Reserve(ctx, attempt, itemsOf(c.Items))
	case events.Commit:
		return h.stock.Commit(ctx, attempt)
	case events.Release:
		return h.stock.Release(ctx, attempt)
	case events.Ship:
		return h.stock.Ship(ctx, attempt)
	}
	return fmt.Errorf("%w: kind %q", stock.ErrBadCommand, c.Kind)
}

func itemsOf(sent []events.StockItem) []stock.Item {
	items := make([]stock.Item, len(sent))
	for i, item := range sent {
		items[i] = stock.Item{
			Piece: stock.Piece{ProductID: item.ProductID, Quantity: item.Quantity},
			Price: money.Money{AmountMinor: item.PriceMinor, Currency: item.Currency},
		}
	}
	return items
}

// Expire ends reservations that were held for too long, every 5 seconds until ctx ends; then it
// returns nil.
func (h Handler) Expire(ctx context.Context) error {
	return h.every(ctx, interval, "expire reservations", h.stock.Expire)
}

// Tidy deletes old replies, every hour until ctx ends; then it returns nil.
func (h Handler) Tidy(ctx context.Context) error {
	return h.every(ctx, tidying, "delete old replies", h.stock.Prune)
}

func (h Handler) every(
	ctx context.Context, pause time.Duration, what string, do func(context.Context) error,
) error {
	failed := func(err error, _ bool) { h.log.Warn("cannot "+what+", will retry", "error", err) }
	return repeat.Loop{Pause: pause, Failed: failed}.Run(ctx, do)
}
