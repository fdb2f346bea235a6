package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/statementtest"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/graph/generated"
)

// Each list and entity costs the same number of statements for many rows as for few. So does each
// operation that ends sessions.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	few, many := crowded(t, 1), crowded(t, 12)
	statementtest.Constant(t, schema, few.measured(schema), many.measured(schema), nil)
	require.Equal(t, few.endings(), many.endings())
}

// crowd is a service with a number of users, and with sessions, events and identities of the
// first user.
type crowd struct {
	*service
	t          *testing.T
	rows       int
	staff, ada *client
	ids        []string
}

func crowded(t *testing.T, rows int) *crowd {
	t.Helper()
	var providers []string
	for i := range rows {
		providers = append(providers, fmt.Sprintf("acme%d", i))
	}
	s := newServiceWith(t, false, func(name string) string {
		switch {
		case name == "SOCIAL_PROVIDERS":
			return strings.Join(providers, ",")
		case strings.HasSuffix(name, "_URL"):
			return "http://acme.example"
		case strings.HasSuffix(name, "_CLIENT_ID"):
			return "trefoil"
		}
		return ""
	})
	c := &crowd{service: s, t: t, rows: rows, staff: s.api(t)}
	id := c.staff.register("staff")
	require.NoError(t, s.kept.SetRole(t.Context(), account.RoleChange{UserID: id, Role: auth.Admin, At: time.Now()}))
	c.staff.token = c.staff.createToken("staff").AccessToken
	for i := range rows {
		c.ids = append(c.ids, s.api(t).register(fmt.Sprintf("user%d", i)))
		for _, provider := range providers {
			require.NoError(t, s.kept.LinkIdentity(t.Context(), account.SocialIdentity{
				Provider: provider, Subject: c.ids[i], UserID: c.ids[i], Email: "user@acme.example", LinkedAt: time.Now(),
			}))
		}
	}
	c.ada = c.login(rows)
	return c
}

// login begins sessions of the first user, and returns the last.
func (c *crowd) login(sessions int) *client {
	one := c.api(c.t)
	for range sessions {
		one.token = one.createToken("user0").AccessToken
	}
	return one
}

func (c *crowd) measured(schema *ast.Schema) statementtest.Tally {
	c.t.Helper()
	as := func(one *client) statementtest.Ask {
		return func(query string, variables map[string]any) json.RawMessage {
			return json.RawMessage(one.data(query, variables))
		}
	}
	return statementtest.Measure(c.t, schema, c.db, []statementtest.Case{
		{Name: "me", Field: "me", Ask: as(c.ada)},
		{Name: "user", Field: fmt.Sprintf("user(id: %q)", c.ids[0]), Ask: as(c.staff)},
		{Name: "user by name", Field: `user(username: "user0")`, Ask: as(c.staff)},
		{Name: "users", Field: `users(first: 100, search: "user")`, Ask: as(c.staff)},
		{Name: "providers", Field: "socialProviders", Ask: as(c.ada)},
		{Name: "entities", Entities: of(c.ids...)["r"].([]map[string]any), Ask: as(c.staff)},
	})
}

// endings counts the statements of ending all sessions but one, and of ending all.
func (c *crowd) endings() map[string]int64 {
	taken := map[string]int64{}
	take := func(one *client, what, query string, variables map[string]any) {
		before := c.db.Statements()
		one.data(query, variables)
		taken[what] = c.db.Statements() - before
	}
	ada := c.login(c.rows)
	take(ada, "changePassword", changePassword, map[string]any{"old": password, "new": another})
	take(ada, "changePassword back", changePassword, map[string]any{"old": another, "new": password})
	take(c.login(c.rows), "logout everywhere", signOut, map[string]any{"everywhere": true})
	return taken
}
