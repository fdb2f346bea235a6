package supergraph_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

const head = `
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query }

enum join__Graph {
  B @join__graph(name: "b", url: "http://b")
  A @join__graph(name: "a", url: "http://a")
}
`

func parse(t testing.TB, types string) *supergraph.Schema {
	t.Helper()
	schema, err := supergraph.Parse(head + types)
	require.NoError(t, err)
	return schema
}

// TestParseFillsIn checks that SDL from other compositions, which is shorter and in another order,
// gives the same model.
func TestParseFillsIn(t *testing.T) {
	t.Parallel()
	s := parse(t, `
type Query @join__type(graph: B) @join__type(graph: A) { u: U  i: I @join__field(graph: B, type: "I!", provides: "x") }
union U @join__type(graph: A) @join__type(graph: B) @join__unionMember(graph: B, member: "T") = T
interface I @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) { id: ID! x: Int @join__field(graph: B, requires: "id") }
type T implements I
  @join__type(graph: A, key: "id") @join__type(graph: A, key: "k { id }", resolvable: false) @join__type(graph: A, extension: true)
{ id: ID! k: T x: Int @join__field }
enum E { P }
`)
	a, _ := s.SubgraphNamed("a")
	b, _ := s.SubgraphNamed("b")
	require.Equal(t, []supergraph.Subgraph{{Name: "a", URL: "http://a"}, {Name: "b", URL: "http://b"}}, s.Subgraphs)

	joined := s.Type("T").Join(a)
	require.Len(t, s.Type("T").Joins, 1, "one join a subgraph")
	require.Len(t, joined.Keys, 2)
	require.Equal(t, "k { id }", federation.PrintFieldSet(joined.Keys[1].Fields))
	require.True(t, joined.Keys[0].Resolvable)
	require.False(t, joined.Keys[1].Resolvable)
	require.True(t, joined.Extension)
	require.True(t, s.Type("I").Join(b).InterfaceObject)

	require.Empty(t, s.Type("T").Field("x").Joins, "no graph: an @interfaceObject resolves it")
	require.Len(t, s.Type("T").Field("id").Joins, 1, "no @join__field: all subgraphs of the type")
	u := s.Type("Query").Field("u")
	require.Equal(t, "U", u.Join(a).Type.String())
	require.NotNil(t, u.Join(b))
	i := s.Type("Query").Field("i")
	require.Nil(t, i.Join(a))
	require.Equal(t, "I!", i.Join(b).Type.String())
	require.Equal(t, "x", federation.PrintFieldSet(i.Join(b).Provides))

	require.Equal(t, []supergraph.SubgraphID{b}, s.Type("U").Members[0].Subgraphs)
	require.Equal(t, []supergraph.SubgraphID{a}, s.Type("T").Interfaces[0].Subgraphs, "no @join__implements: all subgraphs of the type")
	require.Len(t, s.Type("E").Values[0].Subgraphs, 2, "no @join__type: all subgraphs")
	require.Nil(t, s.Type("join__Graph"))
	require.Equal(t, supergraph.Print(s), supergraph.Print(reparse(t, s)))
}

func reparse(t testing.TB, s *supergraph.Schema) *supergraph.Schema {
	t.Helper()
	again, err := supergraph.Parse(supergraph.Print(s))
	require.NoError(t, err)
	return again
}

func TestParseOverride(t *testing.T) {
	t.Parallel()
	s := parse(t, `type Query @join__type(graph: A) @join__type(graph: B) {
		x: Int @join__field(graph: A, overrideLabel: "l") @join__field(graph: B, override: "a", overrideLabel: "l")
		y: Int @join__field(graph: A, override: "nobody")
		z: Int @join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: "a")
	}`)
	query := s.Type("Query")
	require.Equal(t, "l", query.Field("x").Joins[0].OverrideLabel)
	require.Equal(t, "a", query.Field("x").Joins[1].Override)
	require.Empty(t, query.Field("y").Joins[0].Override, "an override from nowhere has no effect")
	require.True(t, query.Field("z").Joins[0].UsedOverridden)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	query := "type Query @join__type(graph: A) { a: Int }"
	for sdl, code := range map[string]federation.Code{
		"type Query {":          federation.InvalidGraphQL,
		"type Query { a: Int }": federation.InvalidFederationSupergraph,
		`schema @link(url: "https://specs.apollo.dev/join/v0.1") { query: Query }`:                                                           federation.InvalidFederationSupergraph,
		`schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query }` + query:                                                   federation.InvalidFederationSupergraph,
		`schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query } enum join__Graph { A }` + query:                            federation.InvalidFederationSupergraph,
		head + "type Query @join__type(graph: C) { a: Int }":                                                                                 federation.InvalidFederationSupergraph,
		head + `type Query @join__type(graph: A, key: "a {") { a: Int }`:                                                                     federation.InvalidFederationSupergraph,
		head + `type Query @join__type(graph: A) { a: Int @join__field(graph: A, type: "]") }`:                                               federation.InvalidFederationSupergraph,
		head + "type Query @join__type(graph: A) { a: Missing }":                                                                             federation.InvalidGraphQL,
		`schema @link(url: "https://specs.apollo.dev/join/v0.3") { mutation: Query } enum join__Graph { A @join__graph(name: "a") }` + query: federation.InvalidFederationSupergraph,
	} {
		_, err := supergraph.Parse(sdl)
		var errs federation.Errors
		require.ErrorAs(t, err, &errs, sdl)
		require.Equal(t, code, errs[0].Code, sdl)
	}
}

// TestParseRefusesWhatItWouldHaveToObey checks that an unknown specification is refused if it is
// required for security or execution.
func TestParseRefusesWhatItWouldHaveToObey(t *testing.T) {
	t.Parallel()
	for link, refused := range map[string]bool{
		`@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)`: false,
		`@link(url: "https://specs.apollo.dev/authenticated/v0.2", for: SECURITY)`: true,
		`@link(url: "https://example.com/run/v1.0", for: EXECUTION)`:               true,
		`@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)`:  false,
		`@link(url: "https://example.com/notes/v1.0")`:                             false,
	} {
		_, err := supergraph.Parse(`schema @link(url: "https://specs.apollo.dev/join/v0.3") ` + link + ` { query: Query }
			enum join__Graph { A @join__graph(name: "a") }
			type Query @join__type(graph: A) { a: Int }`)
		if !refused {
			require.NoError(t, err, link)
			continue
		}
		var errs federation.Errors
		require.ErrorAs(t, err, &errs, link)
		require.Equal(t, federation.UnsupportedLinkedFeature, errs[0].Code)
	}
}

func TestAPIHidesWhatIsInaccessible(t *testing.T) {
	t.Parallel()
	s := parse(t, `
type Query @join__type(graph: A) { open(x: Int, hidden: E = P @inaccessible): U  hidden: Int @inaccessible  e: E @tag(name: "t") @deprecated }
type Open implements I & Hidden @join__type(graph: A) { a: Int }
type Closed implements I @join__type(graph: A) @inaccessible { a: Int }
interface I @join__type(graph: A) { a: Int }
interface Hidden @join__type(graph: A) @inaccessible { a: Int }
union U @join__type(graph: A) = Open | Closed
enum E @join__type(graph: A) { P @inaccessible Q }
directive @live(x: Int) on FIELD
directive @inner on OBJECT
`)
	require.Equal(t, `directive @live(x: Int) on FIELD

enum E {
  Q
}

interface I {
  a: Int
}

type Open implements I {
  a: Int
}

type Query {
  open(x: Int): U
  e: E @deprecated
}

union U = Open
`, supergraph.PrintAPI(s))
	api := s.API()
	require.NotNil(t, api.Types["__Schema"])
	require.NotNil(t, api.Query.Fields.ForName("__type"))
	require.Nil(t, api.Directives["defer"])
	require.Nil(t, api.Directives["inaccessible"])
	require.Nil(t, api.Types["join__FieldSet"])
	require.Len(t, api.PossibleTypes["U"], 1)
	require.Equal(t, "Query", s.Root(ast.Query))
}

func FuzzParse(f *testing.F) {
	for _, path := range []string{"../../../schema/supergraph.graphqls", "../../../schema/api.graphqls"} {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(head + `type Query @join__type(graph: A, key: "a") { a: Int @join__field(graph: A, requires: "b", type: "[Int]!") }`)
	f.Fuzz(func(t *testing.T, sdl string) {
		schema, err := supergraph.Parse(sdl)
		if err != nil {
			var errs federation.Errors
			require.ErrorAs(t, err, &errs)
			return
		}
		printed := supergraph.Print(schema)
		require.Equal(t, printed, supergraph.Print(reparse(t, schema)))
	})
}

// TestParseReadsCacheTags checks that cache tags are read from another directive, with a list of
// subgraphs, and from a specification that is linked for execution.
func TestParseReadsCacheTags(t *testing.T) {
	t.Parallel()
	s, err := supergraph.Parse(strings.Replace(head, "\n{", "\n  @link(url: \"https://specs.apollo.dev/cacheTag/v0.1\", for: EXECUTION)\n{", 1) + `
type Query @join__type(graph: A) @join__type(graph: B) {
  u: U @join__directive(graphs: [B, A], name: "federation__cacheTag", args: {format: "u-{$args.id}"})
    @join__directive(graphs: [A], name: "other", args: {format: "none"})
}
type U @join__type(graph: A, key: "id") @join__directive(graphs: [A], name: "federation__cacheTag", args: {format: "u"}) { id: ID }
`)
	require.NoError(t, err)
	require.Equal(t, []supergraph.CacheTag{{Format: "u-{$args.id}", Subgraphs: []supergraph.SubgraphID{0, 1}}}, s.Type("Query").Field("u").CacheTags)
	require.Equal(t, []supergraph.CacheTag{{Format: "u", Subgraphs: []supergraph.SubgraphID{0}}}, s.Type("U").CacheTags)

	_, err = supergraph.Parse(head + `type Query @join__type(graph: A) @join__directive(graphs: [X], name: "federation__cacheTag") { u: Int }`)
	require.ErrorContains(t, err, "@join__directive(graphs:) has X, which is not a value of join__Graph")
}

// The strings of a supergraph that others composed are read as the specification says, too.
func TestParseReadsStringsAsSpecified(t *testing.T) {
	t.Parallel()
	s := parse(t, `
"""Of a
  type"""
type Query @join__type(graph: A) {
  """Of a
    field"""
  t(s: String = """one
    two"""): Int
}
`)
	query := s.Type("Query")
	require.Equal(t, "Of a\ntype", query.Description)
	field := query.Field("t")
	require.Equal(t, "Of a\nfield", field.Description)
	require.Equal(t, "one\ntwo", field.Arguments[0].DefaultValue.Raw)
	_, err := supergraph.Parse(head + `type Query @join__type(graph: A) { t(s: String = "\uD83D"): Int }`)
	require.ErrorContains(t, err, "is one half of a surrogate pair")
}

// TestFederation1SupergraphIsNamed checks that the error for a supergraph of Federation 1 says so.
func TestFederation1SupergraphIsNamed(t *testing.T) {
	t.Parallel()
	_, err := supergraph.Parse(`
schema
  @core(feature: "https://specs.apollo.dev/core/v0.2"),
  @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION)
{ query: Query }
directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
type Query { p: String @join__field(graph: A) }
enum core__Purpose { EXECUTION SECURITY }
scalar join__FieldSet
enum join__Graph { A @join__graph(name: "a" url: "http://localhost:1/query") }
`)
	require.ErrorContains(t, err, "INVALID_FEDERATION_SUPERGRAPH - supergraph:3:4 this is a supergraph of Federation 1")
	require.ErrorContains(t, err, "compose its subgraphs again with Federation 2")

	_, err = supergraph.Parse(strings.Replace(head, "join/v0.3", "join/v0.1", 1) + "type Query { p: String }")
	require.ErrorContains(t, err, "compose again with Federation 2")
}

// TestTypesOfSpecificationsAreNotInTheAPI checks that types of a linked specification that no
// directive needs, which other compositions define, are not part of the API.
func TestTypesOfSpecificationsAreNotInTheAPI(t *testing.T) {
	t.Parallel()
	s, err := supergraph.Parse(strings.Replace(head, "{ query", `
  @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/cost/v0.1", as: "price")
{ query`, 1) + `
scalar context__context
scalar context__ContextFieldValue
scalar price__Unit
scalar own__Type
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @context__fromContext(field: context__ContextFieldValue) on ARGUMENT_DEFINITION
type Query @join__type(graph: A) { a: own__Type }
`)
	require.NoError(t, err)
	api := supergraph.PrintAPI(s)
	require.Contains(t, api, "scalar own__Type")
	require.NotContains(t, api, "context__")
	require.NotContains(t, api, "price__")
}
