// Command order is the order subgraph: baskets, orders and invoices.
//
//	order            serves; see -h for its settings
//	order reconcile  checks the rules of orders and invoices in the database of a stopped, or
//	                 running, service; prints what breaks them and exits with 1 if anything does
//
// Data flows from the settings to the store, the domain, the graph and the server; beside it run
// the feed of the catalogue's replica, the keys of tokens and the list of revoked sessions.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

//go:generate go run github.com/99designs/gqlgen generate

const defaultListen = "127.0.0.1:4003"

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	work := serveOrders
	if len(args) > 0 && args[0] == "reconcile" {
		work, args = reconcile, args[1:]
	}
	config, err := settings.Parse("order", defaultListen, args, os.Getenv, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		err = work(ctx, config, stdout)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "order:", err)
		return 1
	}
	return 0
}

func serveOrders(ctx context.Context, config settings.Settings, stdout io.Writer) error {
	log := serve.NewLog(config.Service, stdout)
	db, err := sqldb.Open(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	orders, err := store.New(ctx, db)
	if err != nil {
		return err
	}
	messages, err := bus.Connect(bus.Config{URL: config.NATSURL, Name: config.Service, Log: log})
	if err != nil {
		return err
	}
	defer messages.Close()

	service := sales.NewService(orders, time.Now)
	keys := auth.NewRemoteKeys(config.JWKSURL, config.KeyCache(), log)
	revoked := auth.NewDenyList()
	return serve.Run(ctx, serve.Config{
		Listen:  config.Listen,
		Log:     log,
		GraphQL: auth.NewVerifier(keys, revoked).Middleware(serve.GraphQL(graph.New(service), log)),
		Ready:   db.Ping,
		Background: []func(context.Context) error{
			keys.Run,
			func(ctx context.Context) error { return revoked.Follow(ctx, messages, log) },
			func(ctx context.Context) error { return catalogue.Feed(ctx, messages, service, log) },
		},
	})
}

// errUnsound says that the database breaks rules; what and where was printed.
var errUnsound = errors.New("the database breaks its rules")

func reconcile(ctx context.Context, config settings.Settings, stdout io.Writer) error {
	if _, err := os.Stat(config.Database()); err != nil {
		return fmt.Errorf("open database: %w", err) // to open it would make it
	}
	db, err := sqldb.Open(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	findings, err := store.Audit(ctx, db)
	for _, finding := range findings {
		_, _ = fmt.Fprintln(stdout, finding)
	}
	if err == nil && len(findings) > 0 {
		err = errUnsound
	}
	return err
}
