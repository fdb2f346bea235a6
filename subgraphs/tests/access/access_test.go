package access_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/tests/access"
)

const schemas = "../../../schema"

// TestEveryFieldHasARule fails for a new field until rules.txt says who may see it.
func TestEveryFieldHasARule(t *testing.T) {
	t.Parallel()
	table, err := access.Load()
	require.NoError(t, err)
	for _, service := range access.Services() {
		schema, err := access.ReadSchema(schemas, service)
		require.NoError(t, err)
		require.Empty(t, table.Missing(service, schema), "rules.txt has no rule for them")
	}
}

func TestEveryRuleHasAField(t *testing.T) {
	t.Parallel()
	table, err := access.Load()
	require.NoError(t, err)
	api, err := access.ReadSchema(schemas, "api")
	require.NoError(t, err)
	for name := range table.Fields {
		require.True(t, api.Has(name), "%s has a rule, but is not a field", name)
	}
	for name := range table.Unseen {
		isType := func(field string) bool { return strings.HasPrefix(field, name+".") }
		require.True(t, api.Has(name) || slices.ContainsFunc(slices.Collect(maps.Keys(table.Fields)), isType), "%s is excused, but is not a field", name)
	}
	for _, door := range table.Doors {
		if door.Entity != "" {
			schema, err := access.ReadSchema(schemas, door.Service)
			require.NoError(t, err)
			require.True(t, schema.LooksUp(door), "%s: the entity has no such key", door.Text)
		}
		if root := access.Root(door.Text); door.Entity == "" {
			require.True(t, api.Has("Query."+root) || api.Has("Subscription."+root), "%s has a rule, but is not a field", root)
		}
	}
	for _, call := range table.Calls {
		require.True(t, api.Has("Mutation."+access.Root(call.Text)), "%s has a rule, but is not a field", call.Text)
	}
}

// TestTheSchemasDemandWhatTheRulesSay checks the directives by which the router refuses root fields.
func TestTheSchemasDemandWhatTheRulesSay(t *testing.T) {
	t.Parallel()
	table, err := access.Load()
	require.NoError(t, err)
	rows := map[string][]access.Row{}
	for _, door := range table.Doors {
		root := "Query."
		if door.Live {
			root = "Subscription."
		}
		if name := door.Service + " " + root + access.Root(door.Text); door.Entity == "" {
			rows[name] = append(rows[name], door.Row)
		}
	}
	for _, call := range table.Calls {
		name := call.Service + " Mutation." + access.Root(call.Text)
		rows[name] = append(rows[name], call.Row)
	}
	for name, rows := range rows {
		service, field, _ := strings.Cut(name, " ")
		schema, err := access.ReadSchema(schemas, service)
		require.NoError(t, err)
		root, field, _ := strings.Cut(field, ".")
		require.Equal(t, demanded(rows), schema.Demands(root, field), name)
	}
}

// demanded returns what a root field demands if all of its rows refuse somebody.
func demanded(rows []access.Row) (demands []string) {
	refuses := func(asker access.Asker, with access.Outcome) bool {
		return !slices.ContainsFunc(rows, func(r access.Row) bool { return r[asker] != with })
	}
	if !refuses(access.Nobody, access.Login) {
		return nil
	}
	if refuses(access.Owner, access.Role) && refuses(access.Other, access.Role) {
		for asker, scope := range map[access.Asker]string{
			access.Support: `["SUPPORT"]`, access.Admin: `["ADMIN"]`,
		} {
			if !refuses(asker, access.Role) {
				demands = append(demands, scope)
			}
		}
	}
	demands = append(demands, string(access.Login))
	slices.Sort(demands)
	return demands
}

func TestInvalidRulesAreErrors(t *testing.T) {
	t.Parallel()
	const twice = "kind all shown shown shown shown shown shown\nall A b\nall A b"
	for text, complaint := range map[string]string{
		"door user own me shown":                    "needs 3 words and 6 outcomes",
		"kind a shown shown shown shown shown hush": `"hush" is not an outcome`,
		"call user logout":                          "has no outcomes",
		"call user logout nobdy=shown":              "does not name an asker",
		"objekt User id":                            "neither a keyword",
		"unseen User":                               "needs a reason",
		twice:                                       "A.b has two rules",
		"# a comment\n\n" + twice:                   "line 5",
	} {
		_, err := access.Parse(text)
		require.ErrorContains(t, err, complaint, strings.TrimSpace(text))
	}
}

// TestAFieldWithoutARuleIsMissing adds one thing of each kind to a schema.
func TestAFieldWithoutARuleIsMissing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	missing := func(schema string) []string {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "shop.graphqls"), []byte(schema), 0o600))
		table, err := access.Parse(`
			kind all shown shown shown shown shown shown
			all  Shelf id slug
			door shop of     shelves                                shown shown shown shown shown shown
			door shop entity Shelf(id: $id)                         shown shown shown shown shown shown
			door shop entity Shelf(slug: "a", shop: {id: 1, of: 2}) shown shown shown shown shown shown
			call shop dust   else=shown`)
		require.NoError(t, err)
		read, err := access.ReadSchema(folder, "shop")
		require.NoError(t, err)
		return table.Missing("shop", read)
	}
	const known = `type Query { shelves: Int } type Mutation { dust: Int }
		type Shelf @key(fields: "id") @key(fields: "shop { of id } slug") { id: ID! slug: ID! }`
	require.Empty(t, missing(known))
	for added, name := range map[string]string{
		`extend type Query { shelf: Int }`:               "shop: Query.shelf",
		`extend type Mutation { paint: Int }`:            "shop: Mutation.paint",
		`extend type Shelf { width: Int }`:               "shop: Shelf.width",
		`extend type Shelf @key(fields: "slug")`:         "shop: _entities(Shelf by slug)",
		`interface Thing @key(fields: "id") { id: ID! }`: "shop: _entities(Thing by id)",
		`type Box { id: ID! }`:                           "shop: Box.id",
		`type Subscription { shelfChanged: Int }`:        "shop: Subscription.shelfChanged",
	} {
		require.Equal(t, []string{name}, missing(known+added), added)
	}
	require.Empty(t, missing(known+`extend type Shelf @key(fields: "slug", resolvable: false)`))
}

func TestACallThatSucceedsForNobodyIsMissing(t *testing.T) {
	t.Parallel()
	table, err := access.Parse("call user logout else=INVALID_INPUT")
	require.NoError(t, err)
	user, err := access.ReadSchema(schemas, "user")
	require.NoError(t, err)
	require.Contains(t, table.Missing("user", user), "user: Mutation.logout")
}
