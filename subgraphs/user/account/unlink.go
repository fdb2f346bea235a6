package account

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Unlinking is that a user's identities at a provider go.
type Unlinking struct {
	UserID   string
	Provider string
	At       time.Time
}

// UnlinkIdentity forgets who a user is at a provider: whoever logs in there is known by their e-mail address alone, as
// somebody new, who reads this account's mail or does not get in. It tells a problem if the user could not log in at all
// then. One that is not linked is no problem.
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

// reachable tells whether one can log in by an identity: its provider may not be configured any more.
func (s *Service) reachable(i SocialIdentity) bool {
	return slices.ContainsFunc(s.Providers(), func(p Provider) bool { return p.ID == i.Provider })
}

func lastLogin() *Problem {
	return &Problem{
		Kind: LastLogin, Field: "provider",
		Message: "You could not log in any more: the account has no password. Set one first, by way of a forgotten one.",
	}
}
