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
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/order/replies"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

//go:generate go run github.com/99designs/gqlgen generate

const defaultListen = "127.0.0.1:4003"

// patience is how long placeOrder waits for the stock before it answers.
const patience = 1500 * time.Millisecond

func main() {
	private.Files()
	ctx, stop := serve.Signals()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func program() cli.Program {
	commands := []cli.Command{
		{Usage: "waiting", Does: "prints how many commands to the stock are not answered"},
		{Usage: "promised", Does: "prints what the stock must hold for confirmed orders"},
		{Usage: "reconcile", Does: "checks the rules of orders and invoices\n" +
			"It prints what breaks them, and exits with 1 if anything does. The service may be running."},
		deadletter.Command(),
	}
	return cli.Program{Name: "order", Does: "serves baskets, orders and invoices", Commands: commands}
}

// jobOf returns what a command does; the default is to serve.
func jobOf(command string, words []string) job {
	switch command {
	case "waiting":
		return waiting
	case "promised":
		return promised
	case "reconcile":
		return reconcile
	case "dead":
		return func(ctx context.Context, config settings.Settings, stdout io.Writer) error {
			return onDatabase(ctx, config, func(db *sqldb.DB) error { return dead(ctx, db, words, stdout) })
		}
	}
	return serveOrders
}

// job runs one command.
type job func(context.Context, settings.Settings, io.Writer) error

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	call := program().Call(args)
	if call.Help {
		program().Help(stdout, call.Command)
		call.Args, stderr = []string{"-h"}, stdout
	}
	config, words, err := settings.ParseWords("order", defaultListen, call.Args, os.Getenv, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil && len(words) > 0 && call.Command != "dead" {
		err = fmt.Errorf("unexpected argument %q; see order help", words[0])
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "order:", err)
		return 2
	}
	err = jobOf(call.Command, words)(ctx, config, stdout)
	if errors.Is(err, errLogged) {
		return 1
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "order:", err)
		return 1
	}
	return 0
}

// errLogged says that the service failed and has logged the reason.
var errLogged = errors.New("failed")

func serveOrders(ctx context.Context, config settings.Settings, stdout io.Writer) error {
	log, err := logging.New(config.Service, stdout, os.Getenv)
	if err != nil {
		return err
	}
	if err := serveWith(ctx, config, log); err != nil && !serve.Stopped(ctx, err) {
		log.Error("failed", "error", err)
		return errLogged
	}
	return nil
}

func serveWith(ctx context.Context, config settings.Settings, log *slog.Logger) error {
	private.Check(log, config.DataDir, "order.db*", "bus/order", "order-jwks.json")
	db, err := sqldb.OpenToServe(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	asked, err := command.NewQueue(ctx, db, time.Now)
	if err != nil {
		return err
	}
	orders, err := store.New(ctx, db, asked)
	if err != nil {
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

	service := sales.NewService(orders, time.Now)
	answers := replies.New(service, log)
	guarded := letters.Guard(messages, log,
		sales.ErrBadReply, sales.ErrBadProduct, auth.ErrBadRevocation)
	keys := auth.NewRemoteKeys(config.JWKSURL, config.KeyCache(), log)
	revoked := auth.NewDenyList()
	return serve.Run(ctx, serve.Config{
		Listen: config.Listen,
		Log:    log,
		GraphQL: auth.NewVerifier(keys, revoked).ForSite(config.Secure()).Middleware(
			serve.GraphQL(graph.New(service, patience), log,
				serve.Options{NoIntrospection: config.NoIntrospection})),
		Ready: probe.Write,
		Bus:   messages.Connected,
		Background: []func(context.Context) error{
			keys.Run,
			func(ctx context.Context) error { return revoked.Follow(ctx, guarded) },
			func(ctx context.Context) error { return catalogue.Feed(ctx, guarded, service) },
			command.NewCourier(asked, messages, log).Run,
			func(ctx context.Context) error { return answers.Follow(ctx, guarded) },
			answers.GiveUp,
		},
	})
}

// errUnsound says that the database breaks rules; reconcile has printed which.
var errUnsound = errors.New("the database breaks its rules")

func reconcile(ctx context.Context, config settings.Settings, stdout io.Writer) error {
	return onDatabase(ctx, config, func(db *sqldb.DB) error {
		findings, err := store.Audit(ctx, db)
		for _, finding := range findings {
			_, _ = fmt.Fprintln(stdout, finding)
		}
		if err == nil && len(findings) > 0 {
			err = errUnsound
		}
		return err
	})
}

func promised(ctx context.Context, config settings.Settings, stdout io.Writer) error {
	return onDatabase(ctx, config, func(db *sqldb.DB) error {
		return store.Promised(ctx, db, stdout)
	})
}

func waiting(ctx context.Context, config settings.Settings, stdout io.Writer) error {
	return onDatabase(ctx, config, func(db *sqldb.DB) error {
		queue, err := command.NewQueue(ctx, db, time.Now)
		if err != nil {
			return err
		}
		pending, err := queue.Pending(ctx)
		if err == nil {
			_, err = fmt.Fprintln(stdout, pending)
		}
		return err
	})
}

func onDatabase(
	ctx context.Context, config settings.Settings, work func(*sqldb.DB) error,
) (err error) {
	db, err := sqldb.OpenExisting(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return work(db)
}
