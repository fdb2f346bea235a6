package federation_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

func names(t testing.TB, directives string) (*federation.Names, federation.Errors) {
	t.Helper()
	doc, err := parser.ParseSchema(&ast.Source{Input: "extend schema @x " + directives})
	require.NoError(t, err)
	links, errs := federation.FindLinks(doc.SchemaExtension[0].Directives)
	n, more := federation.NewNames(links, federation.Definitions(), nil)
	return n, append(errs, more...)
}

func TestNamesOfDirectives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ link, written, word string }{
		{``, "key", "key"},
		{``, "shareable", ""},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3")`, "federation__key", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3")`, "key", ""},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`, "key", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3/", import: ["@key"])`, "key", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3?x=1#y", import: ["@key"])`, "key", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.13", import: ["@key"])`, "key", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@cacheTag"])`, "cacheTag", "cacheTag"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.15")`, "federation__listSize", "listSize"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3", as: "f")`, "f__key", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3", as: "f")`, "federation__key", ""},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3", import: [{name: "@key", as: "@id"}])`, "id", "key"},
		{`@link(url: "https://specs.apollo.dev/federation/v2.3", import: [{name: "@key", as: "@id"}])`, "key", ""},
		{`@link(url: "https://specs.apollo.dev/federation/v2.2")`, "federation__interfaceObject", ""},
		{`@link(url: "https://specs.apollo.dev/tag/v0.3")`, "tag", "tag"},
		{`@link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden")`, "hidden", "inaccessible"},
		{`@uses(url: "https://specs.apollo.dev/link/v1.0", as: "uses") @uses(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])`, "key", "key"},
	} {
		n, errs := names(t, c.link)
		require.Empty(t, errs, c.link)
		word, ok := n.Directive(c.written)
		require.Equal(t, c.word, word, "%s @%s", c.link, c.written)
		require.Equal(t, c.word != "", ok)
		require.Equal(t, ok, n.Definition(c.written) != nil)
	}
}

func TestLinksRefused(t *testing.T) {
	t.Parallel()
	for link, code := range map[string]federation.Code{
		`@link`:         federation.InvalidLinkDirectiveUsage,
		`@link(url: 3)`: federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://specs.apollo.dev/federation/v3.0")`:                                                                   federation.UnknownFederationLinkVersion,
		`@link(url: "https://specs.apollo.dev/federation")`:                                                                        federation.InvalidLinkIdentifier,
		`@link(url: "https://specs.apollo.dev/federation/v2")`:                                                                     federation.InvalidLinkIdentifier,
		`@link(url: "https://specs.apollo.dev/federation/2.3")`:                                                                    federation.InvalidLinkIdentifier,
		`@link(url: "https://specs.apollo.dev/federation/v2.3/x")`:                                                                 federation.InvalidLinkIdentifier,
		`@link(url: "https://specs.apollo.dev")`:                                                                                   federation.InvalidLinkIdentifier,
		`@link(url: "https://e.org/v1.0")`:                                                                                         federation.InvalidLinkIdentifier,
		`@link(url: "https://e.org//v1.0")`:                                                                                        federation.InvalidLinkIdentifier,
		`@link(url: "https://e.org/a/1.0")`:                                                                                        federation.InvalidLinkIdentifier,
		`@link(url: "https://e.org/a/v1.0.0")`:                                                                                     federation.InvalidLinkIdentifier,
		`@link(url: "https://e.org/a/v1.0-beta")`:                                                                                  federation.InvalidLinkIdentifier,
		`@link(url: "a/v1.0")`:                                                                                                     federation.InvalidLinkIdentifier,
		`@link(url: "//e.org/a/v1.0")`:                                                                                             federation.InvalidLinkIdentifier,
		`@link(url: "https://e.org/1a/v1.0")`:                                                                                      federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a__b/v1.0")`:                                                                                    federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a_/v1.0")`:                                                                                      federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a b/v1.0")`:                                                                                     federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", as: "")`:                                                                               federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", as: "a__b")`:                                                                           federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", as: "link")`:                                                                           federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", for: NOTHING)`:                                                                         federation.InvalidGraphQL,
		`@link(url: "https://e.org/a/v1.0", import: ["@1a"])`:                                                                      federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0") @link(url: "https://e.org/a/v1.1", as: "b")`:                                           federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: ["@x"]) @link(url: "https://e.org/b/v1.0", import: ["@x"])`:                    federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: [{name: "@x", as: "@b"}]) @link(url: "https://e.org/b/v1.0")`:                  federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: [{name: "@x", as: "@b__y"}]) @link(url: "https://e.org/b/v1.0")`:               federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: [{name: "@x", as: "@link"}])`:                                                  federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: [{name: "@x", as: "@a"}])`:                                                     federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@tag"]) @link(url: "https://specs.apollo.dev/tag/v0.3")`: federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://specs.apollo.dev/link/v2.0")`:                                                                         federation.UnknownLinkVersion,
		`@link(url: "https://e.org/a/v1.0", as: "a b")`:                                                                            federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: [1])`:                                                                          federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0", import: [{as: "@b"}])`:                                                                 federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://e.org/a/v1.0") @link(url: "https://e.com/a/v1.0")`:                                                    federation.InvalidLinkDirectiveUsage,
		`@link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@nothing"])`:                                             federation.InvalidLinkDirectiveUsage,
	} {
		_, errs := names(t, link)
		require.NotEmpty(t, errs, link)
		require.Equal(t, code, errs[0].Code, link)
	}
}
