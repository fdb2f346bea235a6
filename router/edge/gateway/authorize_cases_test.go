package gateway_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// restrictedCases are queries over restrictedSDL. The expected response is the data, and a line
// for each error with its path, and with its code if that is not UNAUTHORIZED_FIELD_OR_TYPE.
func restrictedCases() []restrictedCase {
	return []restrictedCase{{
		name: "a field", as: anonymous, query: `{ open secret }`,
		answers: map[string]string{`a {open}`: `{"data":{"open":"o"}}`},
		want: `{"open":"o","secret":null}
["secret"]`,
	}, {
		name: "the same with rights", as: "", query: `{ open secret }`,
		answers: map[string]string{`a {open secret}`: `{"data":{"open":"o","secret":"s"}}`},
		want:    `{"open":"o","secret":"s"}`,
	}, {
		name: "nothing is left", as: anonymous, query: `{ secret other: secret __typename }`,
		want: `{"secret":null,"other":null,"__typename":"Query"}
["secret"]
["other"]`,
	}, {
		name: "introspection", as: anonymous,
		query: `{ __schema { queryType { name } } __type(name: "Staff") { name } secret }`,
		want: `{"__schema":{"queryType":{"name":"Query"}},"__type":{"name":"Staff"},"secret":null}
["secret"]`,
	}, {
		name: "aliases", as: anonymous, query: `{ open: secret secret: open }`,
		answers: map[string]string{`a {secret:open}`: `{"data":{"secret":"o"}}`},
		want: `{"open":null,"secret":"o"}
["open"]`,
	}, {
		name: "an implementing type, by the interface", as: anonymous, query: `{ nodes { id name } }`,
		answers: map[string]string{
			`a {nodes{__typename ...on Person{id name} ...on Robot{id}}}`: `{"data":{"nodes":[
				{"__typename":"Person","id":"1","name":"P"},{"__typename":"Robot","id":"2"},null,{"__typename":"Staff"}]}}`,
		},
		want: `{"nodes":[{"id":"1","name":"P"},{"id":"2","name":null},null,null]}
["nodes",1,"name"]
["nodes",3]`,
	}, {
		name: "an implementing type, by fragments", as: anonymous,
		query: `{ nodes { ...N } } fragment N on Node { ...R name } fragment R on Robot { n: name model }`,
		answers: map[string]string{
			`a {nodes{__typename ...on Robot{model} ...on Person{name}}}`: `{"data":{"nodes":[
				{"__typename":"Robot","model":"m"},{"__typename":"Person","name":"P"}]}}`,
		},
		want: `{"nodes":[{"n":null,"model":"m","name":null},{"name":"P"}]}
["nodes",0,"n"]
["nodes",0,"name"]`,
	}, {
		name: "only fragments of hidden fields", as: anonymous, query: `{ node { ... on Robot { name } } }`,
		answers: map[string]string{`a {node{__typename}}`: `{"data":{"node":{"__typename":"Person"}}}`},
		want:    `{"node":{}}`,
	}, {
		name: "items that are not null", as: anonymous, query: `{ nodesNonNull { id } }`,
		answers: map[string]string{
			`a {nodesNonNull{__typename ...on Person{id} ...on Robot{id}}}`: `{"data":{"nodesNonNull":[
				{"__typename":"Robot","id":"1"},{"__typename":"Staff"}]}}`,
		},
		want: `{"nodesNonNull":null}
["nodesNonNull",1]`,
	}, {
		name: "a union's member", as: anonymous, query: `{ search { ... on Person { name } ... on Staff { badge } } }`,
		answers: map[string]string{
			`a {search{__typename ...on Person{name}}}`: `{"data":{"search":[
				{"__typename":"Person","name":"P"},{"__typename":"Staff"},null]}}`,
		},
		want: `{"search":[{"name":"P"},null,null]}
["search",1]`,
	}, {
		// CVE-2025-64173: the rules of the object types held only if the query named these types.
		name: "a union's member, without its fields", as: anonymous, query: `{ search { __typename } }`,
		answers: map[string]string{
			`a {search{__typename}}`: `{"data":{"search":[{"__typename":"Staff"}]}}`,
		},
		want: `{"search":[null]}
["search",0]`,
	}, {
		name: "types of returned values", as: anonymous,
		query:   `{ color staff { name } staffs { badge } status vault { gold } }`,
		answers: map[string]string{`a {status}`: `{"data":{"status":"ON"}}`},
		want: `{"color":null,"staff":null,"staffs":null,"status":"ON","vault":null}
["color"]
["staff"]
["staffs"]
["vault"]`,
	}, {
		name: "one key, one fragment allowed", as: anonymous,
		query: `{ nodes { ... on Robot { x: name } ... on Person { x: name } } }`,
		answers: map[string]string{
			`a {nodes{__typename ...on Person{x:name}}}`: `{"data":{"nodes":[
				{"__typename":"Robot"},{"__typename":"Person","x":"P"}]}}`,
		},
		want: `{"nodes":[{"x":null},{"x":"P"}]}
["nodes",0,"x"]`,
	}, {
		name: "one key, one fragment allowed, on one type", as: anonymous,
		query: `{ node { name ... on Robot { name } ... on Node { name } } }`,
		answers: map[string]string{
			`a {node{__typename ...on Person{name}}}`: `{"data":{"node":{"__typename":"Robot"}}}`,
		},
		want: `{"node":{"name":null}}
["node","name"]`,
	}, {
		name: "a requirement", as: anonymous, query: `{ people { name domain age } }`,
		answers: map[string]string{
			`a {people{name id}}`: `{"data":{"people":[{"name":"P","id":"1"}]}}`,
			`b query($representations:[_Any!]!){_entities(representations:$representations){...on Person{age}}}` +
				` {"representations":[{"__typename":"Person","id":"1"}]}`: `{"data":{"_entities":[{"age":7}]}}`,
		},
		want: `{"people":[{"name":"P","domain":null,"age":7}]}
["people",0,"domain"]`,
	}, {
		name: "a requirement with rights", as: "email", query: `{ person { domain } }`,
		answers: map[string]string{
			`a {person{id email}}`: `{"data":{"person":{"id":"1","email":"e"}}}`,
			`b query($representations:[_Any!]!){_entities(representations:$representations){...on Person{domain}}}` +
				` {"representations":[{"__typename":"Person","id":"1","email":"e"}]}`: `{"data":{"_entities":[{"domain":"d"}]}}`,
		},
		want: `{"person":{"domain":"d"}}`,
	}, {
		name: "nothing is left of an object", as: anonymous, query: `{ person { email friends { email } } }`,
		answers: map[string]string{
			`a {person{friends{__typename}}}`: `{"data":{"person":{"friends":[{"__typename":"Person"},null]}}}`,
		},
		want: `{"person":{"email":null,"friends":[{"email":null},null]}}
["person","email"]
["person","friends",0,"email"]`,
	}, {
		name: "a field that is not null, in lists", as: "email", query: `{ people { name boss { phone } } }`,
		answers: map[string]string{
			`a {people{name boss{__typename}}}`: `{"data":{"people":[{"name":"A","boss":{"__typename":"Person"}},null]}}`,
		},
		want: `{"people":[null,null]}
["people",0,"boss","phone"]`,
	}, {
		name: "a policy that is granted", as: "p", query: `{ person { phone } }`,
		answers: map[string]string{`a {person{phone}}`: `{"data":{"person":{"phone":"1"}}}`},
		want:    `{"person":{"phone":"1"}}`,
	}, {
		name: "a mutation", as: anonymous, query: `mutation { open secret save { email } }`,
		answers: map[string]string{
			`a mutation{open save{__typename}}`: `{"data":{"open":1,"save":{"__typename":"Person"}}}`,
		},
		want: `{"open":1,"secret":null,"save":{"email":null}}
["secret"]
["save","email"]`,
	}, {
		name: "a mutation alone", as: "admin", query: `mutation { secret }`,
		want: `{"secret":null}
["secret"]`,
	}, {
		name: "a mutation with all scopes of a set", as: "admin write", query: `mutation { secret }`,
		answers: map[string]string{`a mutation{secret}`: `{"data":{"secret":1}}`},
		want:    `{"secret":1}`,
	}, {
		name: "a mutation with the other set", as: "root", query: `mutation { secret }`,
		answers: map[string]string{`a mutation{secret}`: `{"data":{"secret":1}}`},
		want:    `{"secret":1}`,
	}, {
		name: "@skip and @include, hidden", as: anonymous, variables: `{"s":false,"i":true}`,
		query:   `query($s: Boolean!, $i: Boolean!) { open secret @skip(if: $s) x: secret @include(if: $i) }`,
		answers: map[string]string{`a {open}`: `{"data":{"open":"o"}}`},
		want: `{"open":"o","secret":null,"x":null}
["secret"]
["x"]`,
	}, {
		name: "@skip and @include, not selected", as: anonymous, variables: `{"s":true,"i":false}`,
		query:   `query($s: Boolean!, $i: Boolean!) { open secret @skip(if: $s) x: secret @include(if: $i) }`,
		answers: map[string]string{`a {open}`: `{"data":{"open":"o"}}`},
		want:    `{"open":"o"}`,
	}, {
		name: "@include on a fragment with all that is left", as: anonymous, variables: `{"i":false}`,
		query: `query($i: Boolean!) { node { ... on Person @include(if: $i) { name } } }`,
		answers: map[string]string{
			`a query($i:Boolean!){node{__typename ...on Person{name@include(if:$i)}}}`: `{"data":{"node":{"__typename":"Staff"}}}`,
		},
		want: `{"node":null}
["node"]`,
	}}
}

const accessLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
	"@key", "@context", "@fromContext", "@interfaceObject", "@shareable", "@requires", "@external",
	{name: "@authenticated", as: "@signedIn"}, {name: "@requiresScopes", as: "@needs"}, {name: "@policy", as: "@rule"}])
`

// TestRenamedDirectives checks that directives hold under the names that a subgraph gives them, in
// the composition and in its SDL (CVE-2025-64347).
func TestRenamedDirectives(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{"a": accessLink + `
		type Query { open: Int a: Int @signedIn b: Int @needs(scopes: [["s"]]) c: Int @rule(policies: [["p"]]) }`}
	for name, edit := range map[string]func(string) string{
		"composed": nil, "read": func(text string) string {
			require.Contains(t, text, `as:"@signedIn"`)
			return text
		},
	} {
		newRestricted(t, sdl, edit, gateway.Authorization{}).check(restrictedCase{
			name: name, as: anonymous, query: `{ open a b c }`,
			answers: map[string]string{`a {open}`: `{"data":{"open":1}}`},
			want: `{"open":1,"a":null,"b":null,"c":null}
["a"]
["b"]
["c"]`,
		})
	}
}

// TestInterfacesOfOlderCompositions checks a directive that an older composition left on an
// interface: it holds for the objects too, also in fragments on them (CVE-2025-64530).
func TestInterfacesOfOlderCompositions(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{"a": accessLink + `
		type Query { i: I j: J any: Int @signedIn }
		interface I { x: Int y: Int }
		type A implements I { x: Int y: Int }
		interface J { z: Int }
		type B implements J { z: Int }`}
	edit := func(text string) string {
		before := text
		text = strings.Replace(text, "interface I\n  @join__type(graph: A)\n{\n  x: Int", "interface I\n  @join__type(graph: A)\n{\n  x: Int @signedIn", 1)
		require.NotEqual(t, before, text, before)
		return strings.Replace(text, "interface J\n", "interface J @signedIn\n", 1)
	}
	g := newRestricted(t, sdl, edit, gateway.Authorization{})
	g.check(restrictedCase{
		name: "by the interface", as: anonymous, query: `{ i { x y } j { z } }`,
		answers: map[string]string{`a {i{__typename y}}`: `{"data":{"i":{"__typename":"A","y":1}}}`},
		want: `{"i":{"x":null,"y":1},"j":null}
["i","x"]
["j"]`,
	})
	g.check(restrictedCase{
		name: "by a fragment", as: anonymous, query: `{ i { ... on A { x y } } j { ... on B { z } } }`,
		answers: map[string]string{`a {i{__typename y}}`: `{"data":{"i":{"__typename":"A","y":1}}}`},
		want: `{"i":{"x":null,"y":1},"j":null}
["i","x"]
["j"]`,
	})
	g.check(restrictedCase{
		name: "with rights", as: "", query: `{ i { x } }`,
		answers: map[string]string{`a {i{__typename x}}`: `{"data":{"i":{"__typename":"A","x":1}}}`},
		want:    `{"i":{"x":1}}`,
	})
}

// TestReadingFieldsOfOlderCompositions checks that a field needs the rights of the fields that it
// reads, even if an older composition did not require it to repeat their directives.
func TestReadingFieldsOfOlderCompositions(t *testing.T) {
	t.Parallel()
	edit := func(text string) string {
		at := strings.Index(text, "  domain:")
		require.Positive(t, at)
		line, rest, _ := strings.Cut(text[at:], "\n")
		short, _, has := strings.Cut(line, " @requiresScopes")
		require.True(t, has, line)
		return text[:at] + short + "\n" + rest
	}
	newRestricted(t, restrictedSDL(), edit, gateway.Authorization{}).check(restrictedCase{
		name: "@requires", as: anonymous, query: `{ person { name domain } }`,
		answers: map[string]string{`a {person{name}}`: `{"data":{"person":{"name":"P"}}}`},
		want: `{"person":{"name":"P","domain":null}}
["person","domain"]`,
	})
}

// TestContextsNeedTheRightsOfTheirFields checks that without the rights of a context's field the
// router requests neither that field nor a field that gets an argument from it.
func TestContextsNeedTheRightsOfTheirFields(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{"a": accessLink + `
		type Query { shop: Shop }
		type Shop @key(fields: "id") @context(name: "shop") { id: ID! secret: String @signedIn item: Item }
		type Item @key(fields: "id") {
			id: ID!
			title: String
			price(from: String @fromContext(field: "$shop { secret }")): Int @signedIn
		}`}
	g := newRestricted(t, sdl, nil, gateway.Authorization{})
	g.check(restrictedCase{
		name: "anonymous", as: anonymous, query: `{ shop { item { title price } } }`,
		answers: map[string]string{`a {shop{item{title}}}`: `{"data":{"shop":{"item":{"title":"t"}}}}`},
		want: `{"shop":{"item":{"title":"t","price":null}}}
["shop","item","price"]`,
	})
}

// TestInterfaceObjects checks that the rights of a field of an @interfaceObject hold for each
// implementing type, and that the router requests an object's type if the rights depend on it.
func TestInterfaceObjects(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{"a": accessLink + `
		type Query { unused: Int }
		interface I @key(fields: "id") { id: ID! }
		type A implements I @key(fields: "id") { id: ID! }
		type B implements I @key(fields: "id") @signedIn { id: ID! }`,
		"b": accessLink + `
		type Query { i: [I] }
		type I @key(fields: "id") @interfaceObject { id: ID! open: Int secret: Int @signedIn }`}
	g := newRestricted(t, sdl, nil, gateway.Authorization{})
	g.check(restrictedCase{
		name: "anonymous", as: anonymous, query: `{ i { open secret } }`,
		answers: map[string]string{
			`b {i{id}}`: `{"data":{"i":[{"id":"1"},{"id":"2"}]}}`,
			`a query($representations:[_Any!]!){_entities(representations:$representations){...on I{__typename}}}` +
				` {"representations":[{"__typename":"I","id":"1"},{"__typename":"I","id":"2"}]}`: `{"data":{"_entities":[{"__typename":"A"},{"__typename":"B"}]}}`,
			`b query($representations:[_Any!]!){_entities(representations:$representations){...on I{open}}}` +
				` {"representations":[{"__typename":"I","id":"1"}]}`: `{"data":{"_entities":[{"open":1}]}}`,
		},
		want: `{"i":[{"open":1,"secret":null},null]}
["i",0,"secret"]
["i",1]`,
	})
	// Only the type says whether the field is hidden or not selected. TestAccess found this case.
	g = newRestricted(t, map[string]string{"a": strings.Replace(sdl["a"], "@signedIn ", "", 1), "b": sdl["b"]},
		nil, gateway.Authorization{})
	g.check(restrictedCase{
		name: "a fragment of which nothing is left", as: anonymous, query: `{ i { open ... on A { secret } } }`,
		answers: map[string]string{
			`b {i{open id}}`: `{"data":{"i":[{"open":7,"id":"1"}]}}`,
			`a query($representations:[_Any!]!){_entities(representations:$representations){...on I{__typename}}}` +
				` {"representations":[{"__typename":"I","id":"1"}]}`: `{"data":{"_entities":[{"__typename":"A"}]}}`,
		},
		want: `{"i":[{"open":7,"secret":null}]}
["i",0,"secret"]`,
	})
}

// TestUnknownTypesShowNothing checks that an object whose type could not be requested is null if
// the type decides whether the client may see it, or one of its fields.
func TestUnknownTypesShowNothing(t *testing.T) {
	t.Parallel()
	const fails = `{"errors":[{"message":"m"}]}`
	for _, c := range []struct{ name, onType, onField string }{
		{"the object", "@signedIn", ""}, {"a field", "", "@signedIn"},
	} {
		g := newRestricted(t, map[string]string{"a": accessLink + `
			type Query { unused: Int }
			interface I @key(fields: "id") { id: ID! }
			type A implements I @key(fields: "id") { id: ID! }
			type B implements I @key(fields: "id") ` + c.onType + ` { id: ID! ` + c.onField + `}`,
			"b": accessLink + `
			type Query { i: I }
			type I @key(fields: "id") @interfaceObject { id: ID! open: Int }`}, nil, gateway.Authorization{})
		g.check(restrictedCase{
			name: c.name, as: anonymous, query: `{ i { id } }`,
			answers: map[string]string{
				`b {i{id}}`: `{"data":{"i":{"id":"1"}}}`,
				`a query($representations:[_Any!]!){_entities(representations:$representations){...on I{__typename ...on A{id}}}}` +
					` {"representations":[{"__typename":"I","id":"1"}]}`: fails,
			},
			want: `{"i":null}
["i"] DOWNSTREAM_SERVICE_ERROR`,
		})
	}
}

// TestErrorsOfHiddenKeys checks that a subgraph's error for a key that the client may not see is
// not at the key, but only at the fields that need it.
func TestErrorsOfHiddenKeys(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{
		"a": accessLink + `type Query { x: X }
			type X @key(fields: "id") { id: ID @signedIn }`,
		"b": accessLink + `type X @key(fields: "id") { id: ID @signedIn open: Int }`,
	}
	newRestricted(t, sdl, nil, gateway.Authorization{}).check(restrictedCase{
		name: "a key", as: anonymous, query: `{ x { id open } }`,
		answers: map[string]string{
			`a {x{id}}`: `{"data":{"x":{"id":null}},"errors":[{"message":"m","path":["x","id"]}]}`,
		},
		want: `{"x":{"id":null,"open":null}}
["x","id"]
["x","open"] DOWNSTREAM_SERVICE_ERROR`,
	})
}

// TestARestrictedRootType checks that with a directive on Query only introspection is executed.
func TestARestrictedRootType(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{"a": accessLink + `type Query @signedIn { a: Int! b: Int query: Query }`}
	g := newRestricted(t, sdl, nil, gateway.Authorization{})
	g.check(restrictedCase{
		name: "nullable", as: anonymous, query: `{ __typename b query { __typename } }`,
		want: `{"__typename":"Query","b":null,"query":null}
["b"]
["query"]`,
	})
	g.check(restrictedCase{name: "not null", as: anonymous, query: `{ b a }`, want: `null
["b"]
["a"]`})
}
