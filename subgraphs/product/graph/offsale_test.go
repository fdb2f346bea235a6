package graph_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
)

// askers returns the roles that may not see products off sale, and the error code that each gets.
func askers() map[auth.Role]string {
	return map[auth.Role]string{"": "UNAUTHENTICATED", auth.Customer: "FORBIDDEN"}
}

func (a *api) become(t *testing.T, role auth.Role) {
	t.Helper()
	if a.token = ""; role != "" {
		a.as(t, role)
	}
}

// withdraw takes a product off sale.
func (a *api) withdraw(t *testing.T, slug string) (id string) {
	t.Helper()
	a.as(t, auth.Admin)
	p := a.numbers(t, slug).Product
	require.Contains(t, a.change(t, updateProduct, map[string]any{"id": p.ID, "expectedVersion": p.Version, "active": false}), `"errors":[]`)
	return p.ID
}

func TestStaffFindsProductsOffSale(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id := a.withdraw(t, "olive-oil")
	lookups := []string{
		`{ product(slug: "olive-oil") { id active } }`, `{ product(id: "` + id + `") { id active } }`,
		`{ _entities(representations: [{__typename: "Product", id: "` + id + `"}]) { ... on Product { id active } } }`,
		`{ _entities(representations: [{__typename: "Product", slug: "olive-oil"}]) { ... on Product { id active } } }`,
	}
	for _, role := range []auth.Role{auth.Support, auth.Admin} {
		a.as(t, role)
		for _, lookup := range lookups {
			require.Contains(t, string(a.ask(t, lookup, nil).Data), `{"id":"`+id+`","active":false}`, lookup)
		}
	}
	for role := range askers() {
		a.become(t, role)
		for _, lookup := range lookups {
			got := a.ask(t, lookup, nil)
			require.Empty(t, got.Errors)
			require.NotContains(t, string(got.Data), id, lookup)
		}
	}
}

func TestStaffListsProductsOffSale(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	oil, beans := a.withdraw(t, "olive-oil"), a.withdraw(t, "espresso-beans")
	const list = `query($filter: ProductFilter, $after: String) { products(first: 1, after: $after, filter: $filter) {
		totalCount nodes { id active } pageInfo { endCursor } facets { inStock categories { count category { slug } } } } }`
	var got struct {
		Products struct {
			TotalCount int
			Nodes      []struct {
				ID     string
				Active bool
			}
			PageInfo struct{ EndCursor string }
			Facets   json.RawMessage
		}
	}
	see := func(filter map[string]any, after any) {
		t.Helper()
		a.get(t, list, map[string]any{"filter": filter, "after": after}, &got)
	}
	a.as(t, auth.Support)
	see(map[string]any{"active": false}, nil)
	require.Equal(t, 2, got.Products.TotalCount)
	require.Equal(t, beans, got.Products.Nodes[0].ID)
	require.False(t, got.Products.Nodes[0].Active)
	require.JSONEq(t, `{"inStock": 2, "categories": [{"count": 2, "category": {"slug": "pantry"}}]}`, string(got.Products.Facets))
	see(map[string]any{"active": false}, got.Products.PageInfo.EndCursor)
	require.Equal(t, oil, got.Products.Nodes[0].ID)
	see(map[string]any{"active": false, "search": "olive", "category": "pantry"}, nil)
	require.Equal(t, 1, got.Products.TotalCount)
	require.Equal(t, oil, got.Products.Nodes[0].ID)

	for role, code := range askers() {
		a.become(t, role)
		for _, filter := range []map[string]any{nil, {}, {"active": nil}, {"active": true}} {
			see(filter, nil)
			require.Equal(t, 46, got.Products.TotalCount)
			require.True(t, got.Products.Nodes[0].Active)
		}
		refused := a.ask(t, `{ products(filter: {active: false}) { totalCount } }`, nil)
		require.JSONEq(t, `{"products": null}`, string(refused.Data))
		require.Equal(t, code, refused.Errors[0].Extensions.Code)
	}
}

func TestSlugAndSkuCanBeChanged(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	id := a.numbers(t, "olive-oil").Product.ID
	a.shop.Announced(t)
	change := func(field, value string) string {
		return a.change(t, updateProduct, map[string]any{
			"id": id, "expectedVersion": a.numbers(t, "olive-oil").Product.Version, field: value,
		})
	}
	for field, c := range map[string]struct{ taken, wrong, member string }{
		"slug": {"espresso-beans", "Olive Oil", "SlugTaken"}, "sku": {"PN-1003", "PN 1", "SkuTaken"},
	} {
		require.JSONEq(t, `{"updateProduct": {"product": null, "errors": [{"__typename": "`+c.member+`", "path": ["input", "`+field+`"]}]}}`,
			change(field, c.taken))
		require.JSONEq(t, `{"updateProduct": {"product": null, "errors": [{"__typename": "InvalidInput", "path": ["input", "`+field+`"]}]}}`,
			change(field, c.wrong))
	}
	require.Contains(t, change("sku", "PN-1001"), `"version":2`, "the SKU that it has already")
	require.Contains(t, change("sku", "XQ-1"), `"version":3`)
	require.Contains(t, change("slug", "oil"), `"version":4`)
	require.JSONEq(t, `{"new": {"id": "`+id+`", "sku": "XQ-1"}, "old": null, "found": {"nodes": [{"slug": "oil"}]}}`, string(a.ask(t,
		`{ new: product(slug: "oil") { id sku } old: product(slug: "olive-oil") { id } found: products(filter: {search: "xq-1"}) { nodes { slug } } }`, nil).Data))
	announced := a.shop.Announced(t)
	require.Len(t, announced, 3)
	require.Equal(t, []string{"oil", "XQ-1"}, []string{announced[2].Slug, announced[2].SKU})
}
