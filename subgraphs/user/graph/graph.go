// Package graph answers GraphQL for the user service. It translates, and
// decides nothing: what a request may see is in the token, all rules are in
// package account.
//
//	POST /graphql ──Middleware──▶ cookies, identity ──▶ resolvers ──▶ account.Service
//	                                  ▲                    │
//	                                  └──── Set-Cookie ────┘
package graph

import (
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

// Config is what NewHandler needs.
type Config struct {
	Accounts *account.Service
	Verifier *auth.Verifier
	// SecureCookies is for sites on https: everywhere but on loopback.
	SecureCookies bool
	// Trusted are the networks of routers and proxies, which tell for whom they ask.
	Trusted []netip.Prefix
	// NoIntrospection refuses __schema and __type.
	NoIntrospection bool

	Log *slog.Logger
}

// NewHandler returns the handler for /graphql.
func NewHandler(config Config) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &root{config.Accounts}})
	handler := config.Verifier.Middleware(serve.GraphQL(schema, config.Log,
		serve.Options{NoIntrospection: config.NoIntrospection}))
	return withClient(config.Trusted, withJar(config.SecureCookies, withFamilies(handler)))
}

// root is the root of all resolvers.
type root struct{ accounts *account.Service }

func (r *root) Query() generated.QueryResolver       { return (*query)(r) }
func (r *root) Mutation() generated.MutationResolver { return (*mutation)(r) }
func (r *root) User() generated.UserResolver         { return (*user)(r) }
func (r *root) Session() generated.SessionResolver   { return (*session)(r) }
func (r *root) Entity() generated.EntityResolver     { return (*entity)(r) }
