// Package replies applies the product service's replies to the commands of orders.
//
//	stream STOCK_REPLIES ──Follow──▶ events.StockReply ──▶ sales.Reply ──Settle──▶ orders
//	                       GiveUp ─── every few seconds ──▶ orders that wait for too long
//
// Package command sends the commands until a reply received here deletes them. The
// source is a deadletter.Guard, which parks invalid replies.
package replies

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

const (
	interval = 5 * time.Second
)

// Source delivers messages: a *bus.Bus.
type Source interface {
	Consume(context.Context, bus.Consumer, bus.Handler) error
}

// Settler applies replies: a *sales.Service.
type Settler interface {
	Settle(context.Context, sales.Reply) error
	GiveUp(context.Context) error
}

// Replies passes replies from the bus to the orders.
type Replies struct {
	orders Settler
	log    *slog.Logger
}

// New returns Replies that settle orders.
func New(orders Settler, log *slog.Logger) Replies { return Replies{orders, log} }

// Follow passes replies on until ctx ends. It then returns nil.
func (r Replies) Follow(ctx context.Context, from Source) error {
	return from.Consume(ctx, events.ReadReplies(), r.Handle)
}

// Handle passes one reply on. It returns sales.ErrBadReply for an invalid one.
func (r Replies) Handle(ctx context.Context, m bus.Message) error {
	reply, err := decode(m)
	if err != nil {
		return err
	}
	return r.orders.Settle(ctx, reply)
}

// GiveUp gives up orders that have waited too long, every few seconds until ctx ends. It then
// returns nil.
func (r Replies) GiveUp(ctx context.Context) error {
	failed := func(err error, _ bool) {
		r.log.Warn("cannot give up overdue orders, will retry", "error", err)
	}
	return repeat.Loop{Pause: interval, Failed: failed}.Run(ctx, r.orders.GiveUp)
}

func decode(m bus.Message) (sales.Reply, error) {
	received, err := events.DecodeStockReply(m)
	if err != nil {
		return sales.Reply{}, fmt.Errorf("%w: %w", sales.ErrBadReply, err)
	}
	reply := sales.Reply{
		Attempt: sales.Attempt{OrderID: received.OrderID, Number: received.Attempt},
		Outcome: sales.Outcome(received.Kind),
	}
	for _, rejection := range received.Rejections {
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
	default: // given up or released: this attempt can no longer succeed
		return sales.OrderProblem{Reason: sales.StockUnanswered}
	}
	return p
}
