package graph

import (
	"context"
	"errors"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

type query root

// Me is the user who asks; null without a token.
func (q *query) Me(ctx context.Context) (*account.User, error) { return self(ctx, q.accounts) }

// self finds the user whom the token speaks for. No token is nobody; a bad one
// is an error.
func self(ctx context.Context, accounts *account.Service) (*account.User, error) {
	if !auth.Presented(ctx) {
		return nil, nil
	}
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	user, err := accounts.User(ctx, identity.UserID)
	if errors.Is(err, account.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &user, nil
}

type entity root

// FindManyUserByIDs gives data of the user who asks, and null for all others,
// whether they exist or not. So a batch of any size is one look-up.
func (e *entity) FindManyUserByIDs(ctx context.Context, keys []*generated.UserByIDsInput) ([]*account.User, error) {
	found := make([]*account.User, len(keys))
	user, err := self(ctx, e.accounts)
	if user == nil {
		return found, err
	}
	for i, key := range keys {
		if key.ID == user.ID {
			found[i] = user
		}
	}
	return found, nil
}
