package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

type user root

// Sessions returns the user's sessions if the client may see the user, and none otherwise.
func (u *user) Sessions(ctx context.Context, of *account.User) ([]*account.Session, error) {
	found, err := familyOf(ctx, u.accounts, of).sessions.Get(ctx, of.ID)
	return pointers(found), err
}

// Events returns the user's events if the client may see the user, and none otherwise.
func (u *user) Events(ctx context.Context, of *account.User) ([]*account.Event, error) {
	found, err := familyOf(ctx, u.accounts, of).events.Get(ctx, of.ID)
	return pointers(found), err
}

// SocialIdentities returns the user's identities if the client may see the user, and none
// otherwise.
func (u *user) SocialIdentities(
	ctx context.Context, of *account.User,
) ([]*account.SocialIdentity, error) {
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

// Current reports whether this request belongs to the session.
func (s *session) Current(ctx context.Context, of *account.Session) (bool, error) {
	who, _ := auth.From(ctx)
	return of.ID == who.SessionID, nil
}
