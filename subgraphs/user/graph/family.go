package graph

import (
	"context"
	"net/http"
	"sync"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/siblings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// family is a group of users that a request loaded together. Their sessions, events and
// identities are loaded for all of them when the first is requested. So a list costs as many
// statements as one user, and fields that nobody requests cost none.
type family struct {
	sessions  *siblings.Of[[]account.Session]
	events    *siblings.Of[[]account.Event]
	elsewhere *siblings.Of[[]account.SocialIdentity]
}

// families are the families of one request.
type families struct {
	mu     sync.Mutex
	byUser map[string]*family
}

type familiesKey struct{}

func withFamilies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), familiesKey{}, &families{byUser: map[string]*family{}})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// together makes a family of users. It loads nothing for users whom the client may not see.
func together(ctx context.Context, accounts *account.Service, users []account.User) {
	var seen []string
	who, _ := auth.From(ctx)
	for _, user := range users {
		if maySee(who, user.ID) {
			seen = append(seen, user.ID)
		}
	}
	one := &family{
		sessions:  siblings.Together(seen, accounts.Sessions),
		events:    siblings.Together(seen, accounts.Events),
		elsewhere: siblings.Together(seen, accounts.SocialIdentities),
	}
	all := ctx.Value(familiesKey{}).(*families)
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, user := range users {
		all.byUser[user.ID] = one
	}
}

// familyOf returns the family that a user was loaded with, or a new one of that user alone.
func familyOf(ctx context.Context, accounts *account.Service, user *account.User) *family {
	all := ctx.Value(familiesKey{}).(*families)
	all.mu.Lock()
	known := all.byUser[user.ID]
	all.mu.Unlock()
	if known != nil {
		return known
	}
	together(ctx, accounts, []account.User{*user})
	return familyOf(ctx, accounts, user)
}
