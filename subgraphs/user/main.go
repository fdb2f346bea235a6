// Command user is the user subgraph: accounts, log-in and sessions.
//
//	settings ──▶ database ──▶ store ──▶ account.Service ──▶ graph ──▶ serve
//	                 └──▶ outbox ──relay──▶ bus: revoked sessions
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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/announce"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	config, err := settings.Parse("user", "127.0.0.1:4001", args, os.Getenv, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "user:", err)
		return 2
	}
	log := serve.NewLog("user", stdout)
	if err := start(ctx, config, log, nil); err != nil {
		log.Error("failed", "error", err)
		return 1
	}
	return 0
}

func start(ctx context.Context, config settings.Settings, log *slog.Logger, onListen func(net.Addr)) (err error) {
	db, err := sqldb.Open(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out, err := outbox.New(ctx, db)
	if err != nil {
		return err
	}
	kept, err := store.New(ctx, db, out)
	if err != nil {
		return err
	}
	messages, err := bus.Connect(bus.Config{
		URL: config.NATSURL, Name: config.Service, Log: log,
		Streams: []bus.Stream{auth.RevocationStream()},
	})
	if err != nil {
		return err
	}
	defer messages.Close()
	handler, keyring, err := build(ctx, kept, account.DefaultCost(), config.Secure(), log)
	if err != nil {
		return err
	}
	return serve.Run(ctx, serve.Config{
		Listen: config.Listen, Log: log, GraphQL: handler, Ready: db.Ping, OnListen: onListen,
		Routes: map[string]http.Handler{"GET /.well-known/jwks.json": keyring},
		Background: []func(context.Context) error{
			outbox.NewRelay(out, messages, log).Run,
			announce.Keeper{Sessions: kept, Stream: messages, Log: log}.Run,
		},
	})
}

// build puts the service together on its store.
func build(ctx context.Context, kept *store.Store, cost account.Cost, secure bool, log *slog.Logger) (http.Handler, *token.Keyring, error) {
	keyring, err := token.Open(ctx, kept)
	if err != nil {
		return nil, nil, err
	}
	keys, err := auth.StaticKeys(keyring.JWKS())
	if err != nil {
		return nil, nil, err
	}
	accounts := account.NewService(account.Config{
		Store: kept, Signer: keyring, Hasher: account.NewHasher(cost),
		AccessLife: auth.TokenLife, Now: time.Now,
	})
	return graph.NewHandler(graph.Config{
		Accounts: accounts, Verifier: auth.NewVerifier(keys, accounts), SecureCookies: secure, Log: log,
	}), keyring, nil
}
