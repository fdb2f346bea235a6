// Command product is the product subgraph: the catalogue and its stock.
//
//	product            serves
//	product reconcile  checks the rules of stock in the database; the service may be running
//	product adjust     books pieces that arrived or left
//	product dead       lists, retries and drops messages that the service could not handle
//	product help       prints the commands and the flags; product help adjust those of a command
//
//	settings ──▶ database ──▶ store ──▶ cached ──▶ catalog.Service ──▶ graph ──▶ serve
//	               ▲    │       └─────▶ stock.Service ◀── desk ◀── bus: commands of orders
//	seed, if it is empty└──▶ outbox ──relay──▶ bus: changed products, replies to orders
//
// The catalogue is public. Only staff sees the numbers of the stock, and only admins change
// products. The service works while all other services and the message server are down.
//
//go:generate go run github.com/99designs/gqlgen generate
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/resend"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/product/announce"
	"github.com/trefoil-graph/trefoil/subgraphs/product/cached"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/desk"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed/images"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

func main() {
	private.Files()
	ctx, stop := serve.Signals()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func program() cli.Program {
	commands := []cli.Command{
		{Usage: "reconcile", Does: "checks the rules of stock\n" +
			"It prints the breaches, and exits with 1 if there are any. With -promised it compares\n" +
			"the stock with the promises of order: order promised | product reconcile -promised -"},
		{Usage: "adjust -slug SLUG -delta PIECES -reason WHY",
			Does: "books pieces that arrived or left"},
		deadletter.Command(),
	}
	return cli.Program{Name: "product", Does: "serves the catalogue and its stock",
		Commands: commands}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	call := program().Call(args)
	if call.Help {
		program().Help(stdout, call.Command)
		call.Args, stderr = []string{"-h"}, stdout
	}
	if call.Command != "" {
		return maintain(ctx, call.Command, call.Args, stdout, stderr)
	}
	config, err := settings.Parse("product", "127.0.0.1:4002", call.Args, os.Getenv, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "product:", err)
		return 2
	}
	log, err := logging.New("product", stdout, os.Getenv)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "product:", err)
		return 2
	}
	if err := start(ctx, config, log, nil); err != nil && !serve.Stopped(ctx, err) {
		log.Error("failed", "error", err)
		return 1
	}
	return 0
}

func start(
	ctx context.Context, config settings.Settings, log *slog.Logger, onListen func(net.Addr),
) (err error) {
	private.Check(log, config.DataDir, "product.db*", "bus/product", "product-jwks.json")
	db, err := sqldb.OpenToServe(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out, err := outbox.New(ctx, db)
	if err != nil {
		return err
	}
	products, err := store.New(ctx, db, out)
	if err != nil {
		return err
	}
	if err := seedEmpty(ctx, products, log); err != nil {
		return err
	}
	letters, err := deadletter.New(ctx, db, time.Now)
	if err != nil {
		return err
	}
	probe, err := sqldb.NewProbe(ctx, db, time.Now)
	if err != nil {
		return err
	}
	messages, err := buskey.Connect(config, log)
	if err != nil {
		return err
	}
	defer messages.Close()
	guarded := letters.Guard(messages, log, stock.ErrBadCommand, auth.ErrBadRevocation)
	keys, revoked := auth.NewRemoteKeys(config.JWKSURL, config.KeyCache(), log), auth.NewDenyList()
	orders := desk.New(stock.NewService(products, time.Now), log)
	all := announce.Source{Catalogue: products, Outbox: out}
	return serve.Run(ctx, serve.Config{
		Listen: config.Listen, Log: log, OnListen: onListen, Ready: probe.Write, Bus: messages.Connected,
		GraphQL: auth.NewVerifier(keys, revoked).ForSite(config.Secure()).
			Middleware(handler(products, config, log)),
		Routes: map[string]http.Handler{"GET /images/{name}": images.Handler()},
		Background: []func(context.Context) error{
			outbox.NewRelay(out, messages, log).Run,
			resend.Keeper{Stream: events.Catalogue(), Holder: messages, Source: all, Log: log}.Run,
			orders.Expire,
			orders.Tidy,
			func(ctx context.Context) error { return orders.Serve(ctx, guarded) },
			keys.Run,
			func(ctx context.Context) error { return revoked.Follow(ctx, guarded) },
		},
	})
}

func handler(products *store.Store, config settings.Settings, log *slog.Logger) http.Handler {
	shelves := catalog.NewService(cached.New(products), time.Now)
	return serve.GraphQL(graph.NewSchema(shelves, stock.NewService(products, time.Now)), log,
		serve.Options{NoIntrospection: config.NoIntrospection})
}

// seedEmpty loads the seed if the database is empty.
func seedEmpty(ctx context.Context, products *store.Store, log *slog.Logger) error {
	written, err := seed.Read()
	if err != nil {
		return err
	}
	shelves, err := written.Shelves()
	if err != nil {
		return err
	}
	loaded, err := products.LoadEmpty(ctx, shelves)
	if loaded {
		log.Info("catalogue loaded from the seed", "categories", len(shelves))
	}
	return err
}
