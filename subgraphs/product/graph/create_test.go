package graph_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
)

const createProduct = `mutation($input: CreateProductInput!) { createProduct(input: $input) {
	product { id slug sku title version price { decimal } category { slug productCount } images { url alt } stock { onHand } }
	errors { __typename ... on UserError { path } } } }`

// creation returns a valid input with the changes of a test.
func creation(changes map[string]any) map[string]any {
	input := map[string]any{
		"idempotencyKey": "the teapot", "slug": "iron-teapot", "sku": "KT-9", "title": " Iron Teapot ", "category": "kitchen",
		"priceMinor": 4900, "taxBasisPoints": 1900, "onHand": 7,
		"images": []any{map[string]any{"url": "/images/enamel-teapot-1.svg", "alt": "A teapot", "width": 800, "height": 800}},
	}
	maps.Copy(input, changes)
	return input
}

type created struct {
	CreateProduct struct {
		Product *struct{ ID string }
		Errors  []struct {
			Typename string `json:"__typename"`
			Path     []string
		}
	}
}

func (a *api) create(t *testing.T, changes map[string]any) (c created) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.change(t, createProduct, creation(changes))), &c))
	return c
}

func TestCreateProduct(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	a.shop.Announced(t)
	made := a.change(t, createProduct, creation(nil))
	id := a.numbers(t, "iron-teapot").Product.ID
	require.JSONEq(t, `{"createProduct": {"errors": [], "product": {"id": "`+id+`", "slug": "iron-teapot", "sku": "KT-9",
		"title": "Iron Teapot", "version": 1, "price": {"decimal": "49.00"}, "category": {"slug": "kitchen", "productCount": 9},
		"images": [{"url": "/images/enamel-teapot-1.svg", "alt": "A teapot"}], "stock": {"onHand": 7}}}}`, made)
	require.Equal(t, made, a.change(t, createProduct, creation(nil)), "the same input again")
	announced := a.shop.Announced(t)
	require.Len(t, announced, 1)
	require.Equal(t, id, announced[0].ID)
	require.EqualValues(t, 1900, announced[0].TaxBasisPoints)

	var found struct {
		Products struct{ Nodes []struct{ ID string } }
	}
	a.get(t, `{ products(filter: {search: "iron teapot"}) { nodes { id } } }`, nil, &found)
	require.Len(t, found.Products.Nodes, 1)
	var ledger struct {
		StockLedger struct{ Nodes []struct{ Delta int } }
	}
	a.get(t, `{ stockLedger(productId: "`+id+`") { nodes { delta } } }`, nil, &ledger)
	require.Equal(t, 7, ledger.StockLedger.Nodes[0].Delta)
}

func TestAProductThatIsNotOnSaleYet(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	id := a.create(t, map[string]any{"active": false}).CreateProduct.Product.ID
	require.Equal(t, id, a.numbers(t, "iron-teapot").Product.ID, "staff finds it")
	a.token = ""
	require.JSONEq(t, `{"product": null}`, string(a.ask(t, `{ product(slug: "iron-teapot") { id } }`, nil).Data))
	a.as(t, auth.Admin)
	a.change(t, updateProduct, map[string]any{"id": id, "expectedVersion": 1, "active": true})
	a.token = ""
	require.Equal(t, id, a.numbers(t, "iron-teapot").Product.ID)
}

func TestCreateProductRefuses(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	require.Empty(t, a.create(t, nil).CreateProduct.Errors)
	picture := func(field string, value any) []any {
		image := map[string]any{"url": "https://example.com/a.png", "alt": "A", "width": 1, "height": 1}
		image[field] = value
		return []any{image}
	}
	for name, c := range map[string]struct {
		changes map[string]any
		code    string
		field   string
	}{
		"key of another input":  {map[string]any{"title": "Other"}, "CreationKeyReused", "idempotencyKey"},
		"slug of another":       {map[string]any{"idempotencyKey": "another key", "sku": "KT-10"}, "SlugTaken", "slug"},
		"sku of another":        {map[string]any{"idempotencyKey": "another key", "slug": "other"}, "SkuTaken", "sku"},
		"no such category":      {map[string]any{"category": "rum"}, "UnknownCategory", "category"},
		"other currency":        {map[string]any{"currency": "USD"}, "InvalidInput", "currency"},
		"short key":             {map[string]any{"idempotencyKey": "short"}, "InvalidInput", "idempotencyKey"},
		"slug with capitals":    {map[string]any{"slug": "Teapot"}, "InvalidInput", "slug"},
		"slug with two hyphens": {map[string]any{"slug": "tea--pot"}, "InvalidInput", "slug"},
		"long slug":             {map[string]any{"slug": strings.Repeat("x", 101)}, "InvalidInput", "slug"},
		"sku with blank":        {map[string]any{"sku": "KT 9"}, "InvalidInput", "sku"},
		"no title":              {map[string]any{"title": "  "}, "InvalidInput", "title"},
		"long title":            {map[string]any{"title": strings.Repeat("é", 201)}, "InvalidInput", "title"},
		"title with NUL":        {map[string]any{"title": "a\x00"}, "InvalidInput", "title"},
		"long description":      {map[string]any{"description": strings.Repeat("é", 10_001)}, "InvalidInput", "description"},
		"negative price":        {map[string]any{"priceMinor": -1}, "InvalidInput", "priceMinor"},
		"tax over all":          {map[string]any{"taxBasisPoints": 10_001}, "InvalidInput", "taxBasisPoints"},
		"less than nothing":     {map[string]any{"onHand": -1}, "InvalidInput", "onHand"},
		"script for a picture":  {map[string]any{"images": picture("url", "javascript:alert(1)")}, "InvalidInput", "images"},
		"picture elsewhere":     {map[string]any{"images": picture("url", "//example.com/a.png")}, "InvalidInput", "images"},
		"no alt":                {map[string]any{"images": picture("alt", " ")}, "InvalidInput", "images"},
		"no width":              {map[string]any{"images": picture("width", 0)}, "InvalidInput", "images"},
	} {
		got := a.create(t, c.changes).CreateProduct
		require.Nil(t, got.Product, name)
		require.Len(t, got.Errors, 1, name)
		require.Equal(t, c.code, got.Errors[0].Typename, name)
		require.Equal(t, []string{"input", c.field}, got.Errors[0].Path, name)
	}
	require.Len(t, a.create(t, map[string]any{"slug": "", "title": "", "onHand": -1}).CreateProduct.Errors, 3, "all mistakes are reported")
	var all struct{ Products struct{ TotalCount int } }
	a.get(t, `{ products { totalCount } }`, nil, &all)
	require.Equal(t, 49, all.Products.TotalCount)
}

func TestListsForStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id := a.numbers(t, "olive-oil").Product.ID
	lists := []string{`{ lowStock { nodes { id } } }`, `{ stockLedger(productId: "` + id + `") { nodes { id } } }`}
	for role, code := range map[auth.Role]string{"": "UNAUTHENTICATED", auth.Customer: "FORBIDDEN"} {
		if a.token = ""; role != "" {
			a.as(t, role)
		}
		for _, list := range lists {
			require.Equal(t, []string{code}, a.codes(t, list, nil), role)
		}
	}
	require.Equal(t, []string{"UNAUTHENTICATED"}, func() []string { a.token = ""; return a.codes(t, createProduct, creation(nil)) }())

	a.as(t, auth.Admin)
	a.book(t, "olive-oil", 2-*a.numbers(t, "olive-oil").Product.Stock.OnHand)
	a.as(t, auth.Support)
	require.Equal(t, []string{"FORBIDDEN"}, a.codes(t, createProduct, creation(nil)))
	var got struct {
		LowStock struct {
			TotalCount int
			Nodes      []struct {
				Slug  string
				Stock struct{ OnHand, Reserved int }
			}
			PageInfo struct{ EndCursor string }
		}
		StockLedger struct {
			Nodes []struct {
				Delta  int
				Reason string
			}
		}
	}
	seen, last, after := []string{}, 0, any(nil)
	for {
		a.get(t, `query ($after: String) { lowStock(first: 2, after: $after, atMost: 9) { totalCount nodes { slug stock { onHand reserved } }
			pageInfo { endCursor } } }`, map[string]any{"after": after}, &got)
		if len(got.LowStock.Nodes) == 0 {
			break
		}
		for _, p := range got.LowStock.Nodes {
			left := p.Stock.OnHand - p.Stock.Reserved
			require.True(t, last <= left && left <= 9, p.Slug)
			seen, last = append(seen, p.Slug), left
		}
		after = got.LowStock.PageInfo.EndCursor
	}
	require.Len(t, seen, got.LowStock.TotalCount)
	require.Contains(t, seen, "olive-oil")
	a.get(t, `{ stockLedger(productId: "`+id+`", first: 1) { nodes { delta reason } } }`, nil, &got)
	require.Equal(t, "counted", got.StockLedger.Nodes[0].Reason, "the newest first")
	require.Equal(t, []string{"BAD_USER_INPUT"}, a.codes(t, `{ stockLedger(productId: "`+id+`", after: "x") { nodes { id } } }`, nil))
}
