package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// SetRole sets a user's role. It ends the user's sessions, because their tokens contain the old
// role.
func (s *Service) SetRole(
	ctx context.Context, actorID, userID string, role auth.Role,
) (User, error) {
	err := s.store.SetRole(ctx, RoleChange{UserID: userID, Role: role, ActorID: actorID, At: s.now()})
	switch {
	case errors.Is(err, ErrNotFound):
		return User{}, UserNotFound{
			refusal.New("USER_NOT_FOUND", "There is no such user.", refusal.At("userId")),
		}
	case errors.Is(err, ErrLastAdmin):
		const message = "This is the last admin. Make another one first."
		return User{}, LastAdmin{refusal.New("LAST_ADMIN", message, refusal.At("role"))}
	case err != nil:
		return User{}, fmt.Errorf("set role: %w", err)
	}
	return s.User(ctx, userID)
}

// UserByUsername returns the user with a username, or ErrNotFound.
func (s *Service) UserByUsername(ctx context.Context, username string) (User, error) {
	if !validUsername(username) {
		return User{}, ErrNotFound
	}
	return s.store.UserByLogin(ctx, typed.Login(username))
}
