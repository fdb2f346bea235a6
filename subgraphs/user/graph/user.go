package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

type user root

// Sessions returns the user's sessions if the client may see the user, and none otherwise.
func (u *user) Sessions(ctx context.Context, of *account.User) ([]*account.Session, error) {
	return listOf(ctx, (*root)(u).loaders(ctx).sessions, of)
}

// Events returns the user's events if the client may see the user, and none otherwise.
func (u *user) Events(ctx context.Context, of *account.User) ([]*account.Event, error) {
	return listOf(ctx, (*root)(u).loaders(ctx).events, of)
}

// SocialIdentities returns the user's identities if the client may see the user, and none
// otherwise.
func (u *user) SocialIdentities(
	ctx context.Context, of *account.User,
) ([]*account.SocialIdentity, error) {
	return listOf(ctx, (*root)(u).loaders(ctx).identities, of)
}

func listOf[T any](
	ctx context.Context, loader *batch.Loader[[]T], of *account.User,
) ([]*T, error) {
	if who, _ := auth.From(ctx); !maySee(who, of.ID) {
		return []*T{}, nil
	}
	found, err := loader.Get(ctx, of.ID)
	return pointers(found), err
}

func pointers[T any](values []T) []*T {
	list := make([]*T, len(values))
	for i := range values {
		list[i] = &values[i]
	}
	return list
}

type session root

// Current reports whether this request belongs to the session.
func (s *session) Current(ctx context.Context, of *account.Session) (bool, error) {
	who, _ := auth.From(ctx)
	return of.ID == who.SessionID, nil
}
