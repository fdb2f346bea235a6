//go:build e2e

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	setRole = `mutation($input: SetRoleInput!) { setRole(input: $input) { user { role } errors { ... on UserError { code path } } } }`
	oneUser = `query($id: ID, $username: String) { user(id: $id, username: $username) { id username role events { kind actorId } } }`
	users   = `query($search: String, $first: Int! = 20, $after: String) { users(search: $search, first: $first, after: $after) {
		totalCount edges { node { id email } } pageInfo { hasNextPage endCursor } } }`
)

// TestStaffFindsUsers by id, by username and by name.
func TestStaffFindsUsers(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	id := s.right(t, `{ me { id } }`, nil).text("me.id")
	for _, staff := range []client{s.support, s.admin} {
		for _, by := range []map[string]any{{"id": id}, {"username": username(s.email)}} {
			require.Equal(t, id, staff.right(t, oneUser, by).text("user.id"))
		}
		for _, part := range []string{s.email, username(s.email)[:12]} {
			found := staff.right(t, users, map[string]any{"search": part})
			require.Equal(t, []any{map[string]any{"node": map[string]any{"id": id, "email": s.email}}}, found.list("users.edges"))
		}
		require.Equal(t, 1.0, staff.right(t, users, map[string]any{"first": 1, "search": s.email}).at("users.totalCount"))
		require.Nil(t, staff.right(t, oneUser, map[string]any{"username": "nobody-at-all"}).at("user"))
		require.Empty(t, staff.right(t, users, map[string]any{"search": "nobody-at-all"}).list("users.edges"))
		for _, wrong := range []map[string]any{nil, {"id": id, "username": "ada"}} {
			require.Equal(t, []string{"user BAD_USER_INPUT user"}, staff.must(t, oneUser, wrong).codes())
		}
	}
	var seen []string
	page := map[string]any{"first": 1, "search": "lovelace"}
	for more := any(true); more == true; {
		a := s.support.right(t, users, page)
		seen = append(seen, a.text("users.edges.0.node.id"))
		more, page["after"] = a.at("users.pageInfo.hasNextPage"), a.at("users.pageInfo.endCursor")
	}
	require.Len(t, seen, 4, "the user who checked the catalogue, the shopper and the staff")
	require.Equal(t, s.adminID, seen[0], "newest first")
	s.forbidden(t, oneUser, map[string]any{"id": id})
	s.forbidden(t, users, nil)
}

// TestAdminsGiveRoles changes a role: the user logs in again and sees more. The last admin cannot
// be demoted.
func TestAdminsGiveRoles(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	id := s.right(t, `{ me { id } }`, nil).text("me.id")
	give := func(role string) map[string]any { return map[string]any{"userId": id, "role": role} }
	for _, c := range []client{s.support, s.client} {
		c.forbidden(t, setRole, input(give("ADMIN")))
	}
	s.admin.refused(t, "USER_NOT_FOUND", setRole, map[string]any{"userId": "usr_nonsense", "role": "SUPPORT"})
	s.admin.refused(t, "LAST_ADMIN", setRole, map[string]any{"userId": s.adminID, "role": "CUSTOMER"})

	require.Equal(t, "SUPPORT", s.admin.right(t, setRole, input(give("SUPPORT"))).text("setRole.user.role"))
	for service, query := range map[string]string{"user": `{ me { id } }`, "order": `{ orders { nodes { id } } }`, "product": `{ lowStock { nodes { id } } }`} {
		eventually(t, service+" refuses the token of the old role", func() error { return refuses(t, s.system.client(service).as(s.token), query) })
	}
	asSupport := s.as(s.logIn(t, s.email))
	for _, query := range []string{users, `{ allOrders { nodes { id } } }`, `{ lowStock { nodes { stock { onHand } } } }`} {
		asSupport.right(t, query, nil)
	}
	asSupport.forbidden(t, setRole, input(give("ADMIN")))
	event := s.admin.right(t, oneUser, map[string]any{"id": id})
	require.Contains(t, event.list("user.events"), any(map[string]any{"kind": "ROLE_CHANGED", "actorId": s.adminID}))

	s.admin.right(t, setRole, input(give("ADMIN")))
	second := s.as(s.logIn(t, s.email))
	require.Equal(t, "CUSTOMER", second.right(t, setRole, input(map[string]any{"userId": s.adminID, "role": "CUSTOMER"})).text("setRole.user.role"))
	require.NoError(t, refuses(t, s.admin, users), "and are no longer an admin at once")
	second.refused(t, "LAST_ADMIN", setRole, give("SUPPORT"))
}
