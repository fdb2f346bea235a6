package auth

import (
	"context"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// Role says what a user may do beyond managing their own data.
type Role string

// The roles. Support sees the data of all users; an admin can also change it.
const (
	Customer Role = "CUSTOMER"
	Support  Role = "SUPPORT"
	Admin    Role = "ADMIN"
)

// Has reports whether the identity has one of the roles.
func (i Identity) Has(roles ...Role) bool {
	return slices.ContainsFunc(i.Roles, func(r Role) bool { return slices.Contains(roles, r) })
}

// RequireRole returns the identity of the request if it has one of the roles. Otherwise the error
// is UNAUTHENTICATED without a valid token, and FORBIDDEN with one.
func RequireRole(ctx context.Context, roles ...Role) (Identity, error) {
	identity, err := Require(ctx)
	if err == nil && !identity.Has(roles...) {
		err = apierror.New(apierror.Forbidden, "Your role does not allow this.")
	}
	return identity, err
}
