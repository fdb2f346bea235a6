package app

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// Follower is what a service has that reads messages of others and verifies tokens of user.
type Follower struct {
	base Base
	// Bus sets messages aside that the service cannot handle.
	Bus     *deadletter.Guard
	keys    *auth.RemoteKeys
	revoked *auth.DenyList
}

// Follow returns the follower of a service. A permanent error says that a message can never be
// handled.
func (b Base) Follow(ctx context.Context, permanent ...error) (*Follower, error) {
	letters, err := deadletter.New(ctx, b.DB, time.Now)
	if err != nil {
		return nil, err
	}
	return &Follower{
		base:    b,
		Bus:     letters.Guard(b.Bus, b.Log, append(permanent, auth.ErrBadRevocation)...),
		keys:    auth.NewRemoteKeys(b.Settings.JWKSURL, b.Settings.KeyCache(), b.Log),
		revoked: auth.NewDenyList(),
	}, nil
}

// GraphQL returns the handler for /graphql.
func (f *Follower) GraphQL(schema graphql.ExecutableSchema) http.Handler {
	return auth.NewVerifier(f.keys, f.revoked).ForSite(f.base.Settings.Secure()).Middleware(
		serve.GraphQL(schema, f.base.Log,
			serve.Options{NoIntrospection: f.base.Settings.NoIntrospection()}))
}

// Background returns the service's own work, and the work that updates the keys of tokens and
// the list of revoked sessions.
func (f *Follower) Background(
	own ...func(context.Context) error,
) []func(context.Context) error {
	return append(own, f.keys.Run,
		func(ctx context.Context) error { return f.revoked.Follow(ctx, f.Bus) })
}

// Dead returns the command that lists, retries and drops messages that the service could not
// handle. handlers returns the handler of each stream. The service sends what a retry leaves in
// its tables, now or at its next start.
func Dead(
	handlers func(context.Context, *sqldb.DB) (map[string]bus.Handler, error),
) Command {
	return Command{
		Command: deadletter.Command(),
		Takes:   func([]string) bool { return true }, // Run has better errors
		Run: func(ctx context.Context, db *sqldb.DB, words []string, stdout io.Writer) error {
			byStream, err := handlers(ctx, db)
			if err != nil {
				return err
			}
			letters, err := deadletter.New(ctx, db, time.Now)
			if err != nil {
				return err
			}
			byStream[events.Sessions().Name] = auth.NewDenyList().Handle
			return deadletter.Run(ctx, letters, byStream, words, stdout)
		},
	}
}
