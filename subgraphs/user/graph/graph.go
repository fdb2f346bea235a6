// Package graph serves GraphQL for the user service. It only translates: the token says what a
// request may see, and package account has all rules.
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
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

// Config holds what NewHandler needs.
type Config struct {
	Accounts *account.Service
	Verifier *auth.Verifier
	// SecureCookies is true for sites on https, which is everywhere but on loopback.
	SecureCookies bool
	// Trusted are the networks of routers and proxies whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	// NoIntrospection refuses __schema and __type.
	NoIntrospection bool

	Log *slog.Logger
}

// NewHandler returns the handler for /graphql.
func NewHandler(config Config) http.Handler {
	resolvers := &root{config.Accounts}
	schema := batch.PerResponse(
		generated.NewExecutableSchema(generated.Config{Resolvers: resolvers}), resolvers.newLoaders)
	handler := config.Verifier.Middleware(serve.GraphQL(schema, config.Log,
		serve.Options{NoIntrospection: config.NoIntrospection}))
	return withClient(config.Trusted, withCookies(config.SecureCookies, handler))
}

// root is the root of all resolvers.
type root struct{ accounts *account.Service }

func (r *root) Query() generated.QueryResolver       { return (*query)(r) }
func (r *root) Mutation() generated.MutationResolver { return (*mutation)(r) }
func (r *root) User() generated.UserResolver         { return (*user)(r) }
func (r *root) Session() generated.SessionResolver   { return (*session)(r) }
func (r *root) Entity() generated.EntityResolver     { return (*entity)(r) }
