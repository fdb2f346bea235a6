// Command user is the user subgraph: accounts, log-in and sessions.
//
//	settings ──▶ database ──▶ store ──▶ account.Service ──▶ graph ──▶ serve
//	                 └──▶ outbox ──relay──▶ bus: revoked sessions
//	                 └──▶ mails ──relay──▶ SMTP, or files
//
//	user                                       serves
//	user role USERNAME CUSTOMER|SUPPORT|ADMIN  sets a user's role; this makes the first admin
//	user key [list|rotate]                     lists the keys that sign tokens, or adds the next
//	user help                                  prints the commands and the flags
//
//go:generate go run github.com/99designs/gqlgen generate
package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/resend"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/announce"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/user/mail"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

func main() { program().Main() }

func program() app.Service {
	return app.Service{
		Name: "user", Does: "serves accounts, log-in and sessions", Listen: "127.0.0.1:4001",
		Files: []string{"mail"}, Parts: parts,
		Commands: []app.Command{roleCommand(), keyCommand()},
	}
}

// open returns the users in a database and the outbox of their messages.
func open(ctx context.Context, db *sqldb.DB) (*store.Store, *outbox.Outbox, error) {
	out, err := outbox.New(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	kept, err := store.New(ctx, db, out)
	return kept, out, err
}

func parts(ctx context.Context, base app.Base) (serve.Config, error) {
	kept, out, err := open(ctx, base.DB)
	if err != nil {
		return serve.Config{}, err
	}
	chosen, err := choicesOf(base.Settings, os.Getenv, base.Log)
	if err != nil {
		return serve.Config{}, err
	}
	core, err := build(ctx, kept, chosen, base.Settings, base.Log)
	if err != nil {
		return serve.Config{}, err
	}
	sender, err := mail.NewSender(chosen.mails)
	if err != nil {
		return serve.Config{}, err
	}
	return serve.Config{
		GraphQL: core.handler,
		Routes:  map[string]http.Handler{"GET /.well-known/jwks.json": core.keyring},
		Background: []func(context.Context) error{
			outbox.NewRelay(out, base.Bus, base.Log).Run,
			resend.Keeper{
				Stream: announce.Stream(), Holder: base.Bus, Log: base.Log,
				Source: announce.Source{Sessions: kept, Publisher: base.Bus},
			}.Run,
			core.accounts.AnswerResets,
			func(ctx context.Context) error { return core.keyring.Run(ctx, base.Log) },
			mail.Relay{Mails: kept, Sender: sender, Log: base.Log}.Run,
		},
	}, nil
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
		NoIntrospection: config.NoIntrospection(),
	})}, nil
}
