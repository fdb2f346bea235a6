// Package desk handles the commands of orders in the product service.
//
//	stream STOCK_COMMANDS ──Serve──▶ events.StockCommand ──▶ stock.Service ──▶ reply, by the outbox
//	                        Expire ─── every 5 s ──▶ stock.Service.Expire
//	                        Tidy ─── every hour ──▶ stock.Service.Prune
//
// Order repeats a command until it gets the reply, so a command that fails here is not lost. The
// source is a deadletter.Guard, which parks malformed commands.
package desk

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

// Desk handles commands.
type Desk struct {
	stock *stock.Service
	log   *slog.Logger
}

// New returns the desk of a stock service.
func New(service *stock.Service, log *slog.Logger) Desk { return Desk{service, log} }

// Serve handles commands until ctx ends; then it returns nil.
func (d Desk) Serve(ctx context.Context, from Source) error {
	return from.Consume(ctx, events.ReadCommands(), d.Handle)
}

// Handle handles one command. For a malformed command it returns stock.ErrBadCommand.
func (d Desk) Handle(ctx context.Context, m bus.Message) error {
	c, err := events.DecodeStockCommand(m)
	if err != nil {
		return fmt.Errorf("%w: %w", stock.ErrBadCommand, err)
	}
	attempt := stock.Attempt{OrderID: c.OrderID, Number: c.Attempt}
	switch c.Kind {
	case events.Reserve:
		return d.stock.Reserve(ctx, attempt, itemsOf(c.Items))
	case events.Commit:
		return d.stock.Commit(ctx, attempt)
	case events.Release:
		return d.stock.Release(ctx, attempt)
	case events.Ship:
		return d.stock.Ship(ctx, attempt)
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
func (d Desk) Expire(ctx context.Context) error {
	return d.every(ctx, interval, "expire reservations", d.stock.Expire)
}

// Tidy deletes old replies, every hour until ctx ends; then it returns nil.
func (d Desk) Tidy(ctx context.Context) error {
	return d.every(ctx, tidying, "delete old replies", d.stock.Prune)
}

func (d Desk) every(
	ctx context.Context, pause time.Duration, what string, do func(context.Context) error,
) error {
	failed := func(err error, _ bool) { d.log.Warn("cannot "+what+", will retry", "error", err) }
	return repeat.Loop{Pause: pause, Failed: failed}.Run(ctx, do)
}
