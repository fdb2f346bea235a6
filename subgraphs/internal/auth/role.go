package auth

import (
	"context"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

// Role says what a user may do besides looking after what is theirs.
type Role string

// The roles. Support sees what is everybody's; an admin changes it, too.
const (
	Customer Role = "CUSTOMER"
	Support  Role = "SUPPORT"
	Admin    Role = "ADMIN"
)

// Has tells whether the identity has one of the roles.
func (i Identity) Has(roles ...Role) bool {
	return slices.ContainsFunc(i.Roles, func(r Role) bool { return slices.Contains(roles, r) })
}

// RequireRole returns the identity of the request if it has one of the roles. Else it is an error: UNAUTHENTICATED
// without a good token, FORBIDDEN with one.
func RequireRole(ctx context.Context, roles ...Role) (Identity, error) {
	identity, err := Require(ctx)
	if err == nil && !identity.Has(roles...) {
		err = apierror.New(apierror.Forbidden, "Your role does not allow this.")
	}
	return identity, err
}
