// Package replies takes what the product service answers to the commands of orders.
//
//	stream STOCK_REPLIES ──Follow──▶ events.StockReply ──▶ sales.Reply ──Settle──▶ orders
//	                       GiveUp ─── every few seconds ──▶ orders that wait for too long
//
// The commands themselves leave by internal/command, until a reply taken here deletes them. The
// source is a deadletter.Guard: it parks replies that make no sense.
package replies

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

const (
	interval = 5 * time.Second
)

// Source is where messages come from: a *bus.Bus.
type Source interface {
	Consume(context.Context, bus.Consumer, bus.Handler) error
}

// Settler is who waits for replies: a *sales.Service.
type Settler interface {
	Settle(context.Context, sales.Reply) error
	GiveUp(context.Context) error
}

// Replies is the way from the bus to the orders.
type Replies struct {
	orders Settler
	log    *slog.Logger
}

// New returns the way to orders.
func New(orders Settler, log *slog.Logger) Replies { return Replies{orders, log} }

// Follow hands replies on until ctx ends; then it returns nil.
func (r Replies) Follow(ctx context.Context, from Source) error {
	return from.Consume(ctx, events.ReadReplies(), r.Handle)
}

// Handle hands on one reply. One that makes no sense is sales.ErrBadReply.
func (r Replies) Handle(ctx context.Context, m bus.Message) error {
	reply, err := decode(m)
	if err != nil {
		return err
	}
	return r.orders.Settle(ctx, reply)
}

// GiveUp ends the waiting of orders, every few seconds until ctx ends; then it returns nil.
func (r Replies) GiveUp(ctx context.Context) error {
	timer := time.NewTicker(interval)
	defer timer.Stop()
	for {
		if err := r.orders.GiveUp(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn("giving up orders waits", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
	}
}

func decode(m bus.Message) (sales.Reply, error) {
	told, err := events.DecodeStockReply(m)
	if err != nil {
		return sales.Reply{}, fmt.Errorf("%w: %w", sales.ErrBadReply, err)
	}
	reply := sales.Reply{
		Attempt: sales.Attempt{OrderID: told.OrderID, Number: told.Attempt},
		Outcome: sales.Outcome(told.Kind),
	}
	for _, rejection := range told.Rejections {
		reply.Problems = append(reply.Problems, problem(rejection))
		if rejection.Product != nil {
			reply.Products = append(reply.Products, catalogue.Product(*rejection.Product))
		}
	}
	return reply, nil
}

func problem(r events.StockRejection) sales.OrderProblem {
	p := sales.OrderProblem{ProductID: r.ProductID, Available: r.Available}
	switch r.Reason {
	case events.TooFew:
		p.Reason = sales.TooFew
	case events.NotOnSale:
		p.Reason = sales.NotOnSale
	case events.OtherPrice:
		p.Reason = sales.OtherPrice
		if r.Product != nil {
			p.Price = &money.Money{AmountMinor: r.Product.PriceMinor, Currency: r.Product.Currency}
		}
	default: // given up, or released: nobody can buy it by this attempt
		return sales.OrderProblem{Reason: sales.StockUnanswered}
	}
	return p
}
