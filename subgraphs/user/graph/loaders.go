package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// loaders load the lists of users, by the user's id.
type loaders struct {
	sessions   *batch.Loader[[]account.Session]
	events     *batch.Loader[[]account.Event]
	identities *batch.Loader[[]account.SocialIdentity]
}

func (r *root) newLoaders() *loaders {
	return &loaders{
		sessions:   batch.New(r.accounts.Sessions),
		events:     batch.New(r.accounts.Events),
		identities: batch.New(r.accounts.SocialIdentities),
	}
}

// loaders returns the loaders of the response.
func (r *root) loaders(ctx context.Context) *loaders { return batch.Of(ctx, r.newLoaders) }

// expect announces users whose lists may be requested. A user that was not found is nil. It
// leaves out users whom the client may not see: nothing is loaded for them.
func (r *root) expect(ctx context.Context, users ...*account.User) {
	who, _ := auth.From(ctx)
	var ids []string
	for _, user := range users {
		if user != nil && maySee(who, user.ID) {
			ids = append(ids, user.ID)
		}
	}
	l := r.loaders(ctx)
	l.sessions.Expect(ids)
	l.events.Expect(ids)
	l.identities.Expect(ids)
}
