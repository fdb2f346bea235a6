// Command user is the user subgraph: accounts, log-in and sessions.
//
//	settings ──▶ database ──▶ store ──▶ account.Service ──▶ graph ──▶ serve
//	                 └──▶ outbox ──relay──▶ bus: revoked sessions
//	                 └──▶ letters ──postman──▶ SMTP, or files
//
//	user                                       serves
//	user role USERNAME CUSTOMER|SUPPORT|ADMIN  sets a user's role; this makes the first admin
//	user key [list|rotate]                     lists the keys that sign tokens, or adds the next
//	user help                                  prints the commands and the flags
//
//go:generate go run github.com/99designs/gqlgen generate
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/env"
	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/resend"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/announce"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/user/post"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

func main() {
	private.Files()
	ctx, stop := serve.Signals()
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func program() cli.Program {
	commands := []cli.Command{
		{Usage: "role USERNAME CUSTOMER|SUPPORT|ADMIN", Does: "gives a user a role\n" +
			"The first admin is made this way. The service may be running."},
		{Usage: "key [list|rotate]", Does: "lists the keys that sign tokens, or makes the next one\n" +
			"The service may be running: it uses the new key within a minute."},
	}
	return cli.Program{Name: "user", Does: "serves accounts, log-in and sessions", Commands: commands}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	call := program().Call(args)
	if call.Help {
		program().Help(stdout, call.Command)
		call.Args, stderr = []string{"-h"}, stdout
	}
	switch call.Command {
	case "role":
		return roleCommand(ctx, call.Args, stdout, stderr)
	case "key":
		return keyCommand(ctx, call.Args, stdout, stderr)
	}
	config, err := settings.Parse("user", "127.0.0.1:4001", call.Args, os.Getenv, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "user:", err)
		return 2
	}
	log, err := logging.New("user", stdout, os.Getenv)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "user:", err)
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
	private.Check(log, config.DataDir, "user.db*", "bus/user", "mail")
	db, err := sqldb.OpenToServe(ctx, config.Database())
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
	probe, err := sqldb.NewProbe(ctx, db, time.Now)
	if err != nil {
		return err
	}
	messages, err := buskey.Connect(config, log)
	if err != nil {
		return err
	}
	defer messages.Close()
	environment := env.NewReader(os.Getenv)
	mails := mailing(config, environment.Get)
	chosen, err := choicesOf(config, environment.Get, log)
	if err = cmp.Or(environment.Err(), err); err != nil {
		return err
	}
	core, err := build(ctx, kept, chosen, config, log)
	if err != nil {
		return err
	}
	sender, err := post.NewSender(mails)
	if err != nil {
		return err
	}
	return serve.Run(ctx, serve.Config{
		Listen: config.Listen, Log: log, GraphQL: core.handler, OnListen: onListen,
		Ready: probe.Write, Bus: messages.Connected,
		Routes: map[string]http.Handler{"GET /.well-known/jwks.json": core.keyring},
		Background: []func(context.Context) error{
			outbox.NewRelay(out, messages, log).Run,
			resend.Keeper{
				Stream: announce.Stream(), Holder: messages,
				Source: announce.Source{Sessions: kept, Publisher: messages}, Log: log,
			}.Run,
			core.accounts.AnswerResets,
			func(ctx context.Context) error { return core.keyring.Run(ctx, log) },
			post.Postman{Letters: kept, Sender: sender, Log: log}.Run,
		},
	})
}

// core is the service's domain and handlers, without the network and background work.
type core struct {
	accounts *account.Service
	keyring  *token.Keyring
	handler  http.Handler
}

// build creates the core on a store.
func build(
	ctx context.Context, kept *store.Store, chosen choices,
	config settings.Settings, log *slog.Logger,
) (*core, error) {
	keyring, err := token.Open(ctx, kept, chosen.now)
	if err != nil {
		return nil, err
	}
	accounts := account.NewService(account.Config{
		Store: kept, Signer: keyring, Hasher: chosen.hasher, Providers: chosen.providers,
		AccessLife: auth.TokenLife, Public: config.Public, Now: chosen.now,
	})
	return &core{accounts: accounts, keyring: keyring, handler: graph.NewHandler(graph.Config{
		Accounts:      accounts,
		Verifier:      auth.NewVerifierAt(keyring, accounts, chosen.now).ForSite(config.Secure()),
		SecureCookies: config.Secure(), Trusted: chosen.trusted, Log: log,
		NoIntrospection: config.NoIntrospection,
	})}, nil
}

// mailing returns the configuration of the letters. They go to the server SMTP_URL or, without
// it, to files in the data folder. MAIL_FROM is the sender.
func mailing(config settings.Settings, getenv func(string) string) post.Config {
	return post.Config{
		URL:    getenv("SMTP_URL"),
		From:   cmp.Or(getenv("MAIL_FROM"), "Trefoil <shop@trefoil.local>"),
		Folder: filepath.Join(config.DataDir, "mail"),
	}
}
