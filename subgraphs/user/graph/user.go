package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

type user root

// Sessions are those of a user whom the asker may see; of others there are none.
func (u *user) Sessions(ctx context.Context, of *account.User) ([]*account.Session, error) {
	found, err := familyOf(ctx, u.accounts, of).sessions.Get(ctx, of.ID)
	return pointers(found), err
}

// Events are those of a user whom the asker may see; of others there are none.
func (u *user) Events(ctx context.Context, of *account.User) ([]*account.Event, error) {
	found, err := familyOf(ctx, u.accounts, of).events.Get(ctx, of.ID)
	return pointers(found), err
}

// SocialIdentities are those of a user whom the asker may see; of others there are none.
func (u *user) SocialIdentities(ctx context.Context, of *account.User) ([]*account.SocialIdentity, error) {
	found, err := familyOf(ctx, u.accounts, of).elsewhere.Get(ctx, of.ID)
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

// Current tells the session of this very request.
func (s *session) Current(ctx context.Context, of *account.Session) (bool, error) {
	who, _ := auth.From(ctx)
	return of.ID == who.SessionID, nil
}
