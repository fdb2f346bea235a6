package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// SetRole sets a user's role. It ends the user's sessions, because their tokens contain the old
// role.
func (s *Service) SetRole(ctx context.Context, actorID, userID string, role auth.Role) (User, *Problem, error) {
	err := s.store.SetRole(ctx, RoleChange{UserID: userID, Role: role, ActorID: actorID, At: s.now()})
	switch {
	case errors.Is(err, ErrNotFound):
		return User{}, &Problem{Kind: UserNotFound, Field: "userId", Message: "There is no such user."}, nil
	case errors.Is(err, ErrLastAdmin):
		return User{}, &Problem{Kind: LastAdmin, Field: "role", Message: "This is the last admin. Make another one first."}, nil
	case err != nil:
		return User{}, nil, fmt.Errorf("set role: %w", err)
	}
	user, err := s.User(ctx, userID)
	return user, nil, err
}

// UserByUsername returns the user with a username, or ErrNotFound.
func (s *Service) UserByUsername(ctx context.Context, username string) (User, error) {
	if !validUsername(username) {
		return User{}, ErrNotFound
	}
	return s.store.UserByLogin(ctx, typed.Login(username))
}
