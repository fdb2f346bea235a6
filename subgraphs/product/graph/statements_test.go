package graph_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/statementtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

// TestStatementsDoNotGrowWithRows queries the whole schema with few rows and with many.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	statementtest.Constant(t, schema, measured(t, schema, 1), measured(t, schema, 11), nil)
}

// measured returns the tally of a shop with this number of categories, products in each, pictures
// of each, and bookings of the first product.
func measured(t *testing.T, schema *ast.Schema, rows int) statementtest.Tally {
	t.Helper()
	var shelves []catalog.Shelf
	for range rows {
		shelf := producttest.Shelf(fmt.Sprintf("shelf-%d", len(shelves)), make([]catalog.Product, rows)...)
		for i := range shelf.Items {
			shelf.Items[i].Images = make([]catalog.Image, rows)
		}
		shelves = append(shelves, shelf)
	}
	a := apiOf(t, producttest.Stocked(t, shelves...))
	a.as(t, auth.Admin)
	first := shelves[0].Items[0].Product
	for range rows {
		a.book(t, first.Slug, 1)
	}
	ask := func(query string, variables map[string]any) (data json.RawMessage) {
		a.get(t, query, variables, &data)
		return data
	}
	cases := []statementtest.Case{
		{Name: "product", Field: fmt.Sprintf("product(id: %q)", first.ID)},
		{Name: "product by slug", Field: fmt.Sprintf("product(slug: %q)", first.Slug)},
		{Name: "products", Field: "products(first: 100)"},
		{Name: "products filtered", Field: `products(first: 100, page: 1, filter: {priceFrom: 0, search: "shelf", inStock: false}, sort: NEWEST)`},
		{Name: "categories", Field: "categories"},
		{Name: "lowStock", Field: "lowStock(first: 100, atMost: 1000)"},
		{Name: "stockLedger", Field: fmt.Sprintf("stockLedger(first: 100, productId: %q)", first.ID)},
	}
	for _, key := range []string{"id", "slug"} {
		products, categories := statementtest.Case{Name: "products by " + key}, statementtest.Case{Name: "categories by " + key}
		for _, shelf := range shelves {
			c, p := shelf.Category, shelf.Items[0].Product
			categories.Entities = append(categories.Entities, categoryBy(key, map[string]string{"id": c.ID, "slug": c.Slug}[key]))
			products.Entities = append(products.Entities, productBy(key, map[string]string{"id": p.ID, "slug": p.Slug}[key]))
		}
		cases = append(cases, products, categories)
	}
	for i := range cases {
		cases[i].Ask = ask
	}
	return statementtest.Measure(t, schema, a.shop.DB, cases)
}
