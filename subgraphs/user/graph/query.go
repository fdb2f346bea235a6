package graph

import (
	"context"
	"errors"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

type query root

// Me returns the logged-in user; null without a token.
func (q *query) Me(ctx context.Context) (*account.User, error) { return (*root)(q).self(ctx) }

// User returns any user to staff.
func (q *query) User(ctx context.Context, id, username *string) (*account.User, error) {
	if _, err := auth.RequireRole(ctx, auth.Support, auth.Admin); err != nil {
		return nil, err
	}
	var user account.User
	var err error
	switch {
	case (id == nil) == (username == nil):
		return nil, apierror.New(apierror.BadUserInput, "Give either `id` or `username`.")
	case id != nil:
		user, err = q.accounts.User(ctx, *id)
	default:
		user, err = q.accounts.UserByUsername(ctx, *username)
	}
	return (*root)(q).one(ctx, user, err)
}

// one returns a user, and announces it. A user that was not found is nil.
func (r *root) one(
	ctx context.Context, user account.User, err error,
) (*account.User, error) {
	if errors.Is(err, account.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.expect(ctx, &user)
	return &user, nil
}

// Users lists all users for staff.
func (q *query) Users(
	ctx context.Context, search *string, first int, after *string,
) (*account.Page, error) {
	if _, err := auth.RequireRole(ctx, auth.Support, auth.Admin); err != nil {
		return nil, err
	}
	page, err := q.accounts.Users(ctx, text(search), first, after)
	if err != nil {
		return nil, err
	}
	(*root)(q).expect(ctx, page.Nodes...)
	return page, nil
}

func text(optional *string) string {
	if optional == nil {
		return ""
	}
	return *optional
}

// maySee reports whether somebody may see a user: staff see everyone, others only themselves.
func maySee(who auth.Identity, userID string) bool {
	return who.UserID == userID || who.Has(auth.Support, auth.Admin)
}

// self returns the user that the token belongs to. It returns nil without a token, and an error
// for an invalid one.
func (r *root) self(ctx context.Context) (*account.User, error) {
	if !auth.Presented(ctx) {
		return nil, nil
	}
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	user, err := r.accounts.User(ctx, identity.UserID)
	return r.one(ctx, user, err)
}

type entity root

// FindManyUserByIDs returns users to themselves and to staff, and null to everyone else, whether
// the user exists or not. A batch of any size costs one query.
func (e *entity) FindManyUserByIDs(
	ctx context.Context, keys []*generated.UserByIDsInput,
) ([]*account.User, error) {
	found := make([]*account.User, len(keys))
	if !auth.Presented(ctx) {
		return found, nil
	}
	identity, err := auth.Require(ctx)
	if err != nil {
		return found, err
	}
	var wanted []string
	for _, key := range keys {
		if maySee(identity, key.ID) {
			wanted = append(wanted, key.ID)
		}
	}
	users, err := e.accounts.UsersByID(ctx, wanted)
	if err != nil {
		return found, err
	}
	for i, key := range keys {
		if user, ok := users[key.ID]; ok {
			found[i] = &user
		}
	}
	(*root)(e).expect(ctx, found...)
	return found, nil
}
