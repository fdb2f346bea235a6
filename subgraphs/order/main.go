// Command order is the order subgraph: baskets, orders and invoices.
//
//	order            serves
//	order waiting    prints how many commands to the stock have no reply yet
//	order promised   prints what the stock must hold for confirmed orders, for product reconcile
//	order reconcile  checks the rules of orders and invoices in the database, while the service
//	                 runs or not; prints what breaks them and exits with 1 if anything does
//	order dead       lists, retries and drops messages that could not be handled
//	order help       prints the commands and the flags
//
// Data flows from the settings to the store, the domain, the graph and the server. In the
// background run the feed of the catalogue's replica, the courier of commands to the stock, the
// replies to them, and the updates of token keys and of the list of revoked sessions.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/order/replies"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

//go:generate go run github.com/99designs/gqlgen generate

// patience is how long placeOrder waits for the stock before it answers.
const patience = 1500 * time.Millisecond

func main() { program().Main() }

func program() app.Service {
	return app.Service{
		Name: "order", Does: "serves baskets, orders and invoices", Listen: "127.0.0.1:4003",
		Parts: parts,
		Commands: []app.Command{
			{Run: waiting, Command: cli.Command{
				Usage: "waiting", Does: "prints how many commands to the stock are not answered"}},
			{Run: promised, Command: cli.Command{
				Usage: "promised", Does: "prints what the stock must hold for confirmed orders"}},
			{Run: reconcile, Command: cli.Command{
				Usage: "reconcile", Does: "checks the rules of orders and invoices\nIt prints what " +
					"breaks them, and exits with 1 if anything does. The service may be running."}},
			app.Dead(handlers),
		},
	}
}

// open returns the orders in a database and the queue of their commands to the stock.
func open(ctx context.Context, db *sqldb.DB) (*sales.Service, *command.Queue, error) {
	asked, err := command.NewQueue(ctx, db, time.Now)
	if err != nil {
		return nil, nil, err
	}
	orders, err := store.New(ctx, db, asked)
	return sales.NewService(orders, time.Now), asked, err
}

func parts(ctx context.Context, base app.Base) (serve.Config, error) {
	orders, asked, err := open(ctx, base.DB)
	if err != nil {
		return serve.Config{}, err
	}
	follower, err := base.Follow(ctx, sales.ErrBadReply, sales.ErrBadProduct)
	if err != nil {
		return serve.Config{}, err
	}
	answers := replies.New(orders, base.Log)
	return serve.Config{
		GraphQL: follower.GraphQL(graph.New(orders, patience)),
		Background: follower.Background(
			func(ctx context.Context) error { return catalogue.Feed(ctx, follower.Bus, orders) },
			command.NewCourier(asked, base.Bus, base.Log).Run,
			func(ctx context.Context) error { return answers.Follow(ctx, follower.Bus) },
			answers.GiveUp,
		),
	}, nil
}

// handlers returns the handlers of messages that are retried.
func handlers(ctx context.Context, db *sqldb.DB) (map[string]bus.Handler, error) {
	orders, _, err := open(ctx, db)
	return map[string]bus.Handler{
		events.StockReplies().Name: replies.New(orders, slog.New(slog.DiscardHandler)).Handle,
		events.Catalogue().Name:    catalogue.Handler(orders),
	}, err
}

func reconcile(ctx context.Context, db *sqldb.DB, _ []string, stdout io.Writer) error {
	findings, err := store.Audit(ctx, db)
	return app.Report(stdout, findings, err)
}

func promised(ctx context.Context, db *sqldb.DB, _ []string, stdout io.Writer) error {
	return store.Promised(ctx, db, stdout)
}

func waiting(ctx context.Context, db *sqldb.DB, _ []string, stdout io.Writer) error {
	queue, err := command.NewQueue(ctx, db, time.Now)
	if err != nil {
		return err
	}
	pending, err := queue.Pending(ctx)
	if err == nil {
		_, err = fmt.Fprintln(stdout, pending)
	}
	return err
}
