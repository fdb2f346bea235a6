package account

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Unlinking removes a user's identities at a provider.
type Unlinking struct {
	UserID   string
	Provider string
	At       time.Time
}

// UnlinkIdentity removes the link between a user and a provider. A later log-in at that provider
// is then matched by e-mail address alone, like that of a new person. It returns a problem if the
// user would have no way left to log in. Unlinking an identity that is not linked succeeds.
func (s *Service) UnlinkIdentity(ctx context.Context, userID, provider string) (*Problem, error) {
	var problem *Problem
	err := s.store.UnlinkIdentity(ctx, Unlinking{UserID: userID, Provider: provider, At: s.now()},
		func(u User, left []SocialIdentity) bool {
			problem = nil
			if u.PasswordHash == "" && !slices.ContainsFunc(left, s.reachable) {
				problem = lastLogin()
			}
			return problem == nil
		})
	if err != nil {
		return nil, fmt.Errorf("unlink identity: %w", err)
	}
	return problem, nil
}

// reachable reports whether an identity can still be used to log in: its provider may no longer
// be configured.
func (s *Service) reachable(i SocialIdentity) bool {
	return slices.ContainsFunc(s.Providers(), func(p Provider) bool { return p.ID == i.Provider })
}

func lastLogin() *Problem {
	return &Problem{
		Kind: LastLogin, Field: "provider",
		Message: "You could no longer log in, because the account has no password. Set one first, as for a forgotten password.",
	}
}
