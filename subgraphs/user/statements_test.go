package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// Every list and entity costs as many statements for many rows as for few, and so does all that ends sessions.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	few, many := measured(t, 1), measured(t, 12)
	require.Equal(t, few, many)
	require.Len(t, few, 6)
}

// measured are the statements of each operation, with so many users, and so many sessions and events of each.
func measured(t *testing.T, rows int) map[string]int64 {
	t.Helper()
	s := newService(t, false)
	staff := s.api(t)
	id := staff.register("staff")
	require.NoError(t, s.kept.SetRole(t.Context(), account.RoleChange{UserID: id, Role: auth.Admin, At: time.Now()}))
	staff.token = staff.createToken("staff").AccessToken
	var ids []string
	for i := range rows {
		name := fmt.Sprintf("user%d", i)
		ids = append(ids, staff.register(name))
		identity := account.SocialIdentity{Provider: "acme", Subject: name, UserID: ids[i], Email: name + "@acme.example", LinkedAt: time.Now()}
		require.NoError(t, s.kept.LinkIdentity(t.Context(), identity))
	}
	login := func() (c *client) {
		for range rows { // besides the one that asks
			s.api(t).createToken("user0")
		}
		c = s.api(t)
		c.token = c.createToken("user0").AccessToken
		return c
	}
	taken := map[string]int64{}
	take := func(c *client, what, query string, variables map[string]any) {
		before := s.db.Statements()
		c.data(query, variables)
		taken[what] = s.db.Statements() - before
	}
	const everything = `id username sessions{id current} events{id} socialIdentities{provider}`
	ada := login()
	take(ada, "me", `{me{`+everything+`}}`, nil)
	take(staff, "users", `{users(first:100 search:"user"){totalCount edges{node{`+everything+`}}}}`, nil)
	take(staff, "_entities", `query($r:[_Any!]!){_entities(representations:$r){... on User{`+everything+`}}}`, of(ids...))
	take(ada, "changePassword", changePassword, map[string]any{"old": password, "new": another})
	take(ada, "changePassword back", changePassword, map[string]any{"old": another, "new": password})
	ada = login()
	take(ada, "logout everywhere", signOut, map[string]any{"everywhere": true})
	return taken
}
