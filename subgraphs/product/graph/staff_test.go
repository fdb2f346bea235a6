package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

const (
	updateProduct = `mutation($input: UpdateProductInput!) { updateProduct(input: $input) {
		product { title version price { amountMinor currency } category { slug } }
		errors { __typename ... on UserError { path } ... on ProductChanged { product { version } } } } }`
	adjustStock = `mutation($input: AdjustStockInput!) { adjustStock(input: $input) {
		product { stock { status onHand reserved } images { url } } errors { __typename } } }`
	numbers = `query($slug: String!) { product(slug: $slug) { id version stock { status onHand reserved } } }`
)

// as logs in with a role.
func (a *api) as(t *testing.T, role auth.Role) {
	t.Helper()
	claims := a.issuer.Claims(ids.New("usr"))
	claims.Roles = []auth.Role{role}
	a.token = a.issuer.Sign(t, claims)
}

func (a *api) codes(t *testing.T, query string, input map[string]any) []string {
	t.Helper()
	var codes []string
	for _, e := range a.ask(t, query, map[string]any{"input": input}).Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return codes
}

func (a *api) change(t *testing.T, query string, input map[string]any) string {
	t.Helper()
	got := a.ask(t, query, map[string]any{"input": input})
	require.Empty(t, got.Errors)
	return string(got.Data)
}

type numbered struct {
	Product struct {
		ID      string
		Version int
		Stock   struct {
			Status           string
			OnHand, Reserved *int
		}
	}
}

func (a *api) numbers(t *testing.T, slug string) (n numbered) {
	t.Helper()
	a.get(t, numbers, map[string]any{"slug": slug}, &n)
	return n
}

func TestOnlyAdminsChangeProducts(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id := a.numbers(t, "olive-oil").Product.ID
	update := map[string]any{"id": id, "expectedVersion": 1, "title": "Oil"}
	adjust := map[string]any{"productId": id, "delta": 1, "reason": "found", "idempotencyKey": "found one"}
	for role, code := range map[auth.Role]string{"": "UNAUTHENTICATED", auth.Customer: "FORBIDDEN", auth.Support: "FORBIDDEN"} {
		if a.token = ""; role != "" {
			a.as(t, role)
		}
		require.Equal(t, []string{code}, a.codes(t, updateProduct, update), role)
		require.Equal(t, []string{code}, a.codes(t, adjustStock, adjust), role)
	}
	require.Equal(t, 1, a.numbers(t, "olive-oil").Product.Version)
}

func TestNumbersOfStockAreForStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	require.Nil(t, a.numbers(t, "olive-oil").Product.Stock.OnHand)
	a.as(t, auth.Customer)
	require.Nil(t, a.numbers(t, "olive-oil").Product.Stock.Reserved)
	for _, role := range []auth.Role{auth.Support, auth.Admin} {
		a.as(t, role)
		require.NotNil(t, a.numbers(t, "olive-oil").Product.Stock.OnHand, role)
		require.NotNil(t, a.numbers(t, "olive-oil").Product.Stock.Reserved, role)
	}
}

func TestUpdateProduct(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	id := a.numbers(t, "olive-oil").Product.ID
	change := func(version int, field string, value any) string {
		return a.change(t, updateProduct, map[string]any{"id": id, "expectedVersion": version, field: value})
	}
	require.JSONEq(t, `{"updateProduct": {"errors": [], "product": {"title": "Oil", "version": 2,
		"price": {"amountMinor": 1490, "currency": "EUR"}, "category": {"slug": "pantry"}}}}`, a.change(t, updateProduct,
		map[string]any{"id": id, "expectedVersion": 1, "title": " Oil ", "priceMinor": 1490}))
	require.JSONEq(t, `{"updateProduct": {"product": null, "errors": [
		{"__typename": "ProductChanged", "path": ["input", "expectedVersion"], "product": {"version": 2}}]}}`, change(1, "title", "Other"))
	require.Contains(t, change(2, "title", " "), "InvalidInput")
	require.Contains(t, change(2, "priceMinor", -1), "InvalidInput")
	require.Contains(t, a.change(t, updateProduct, map[string]any{"id": ids.New("prd"), "expectedVersion": 1}), "UnknownProduct")
	require.Contains(t, change(2, "category", "rum"), "UnknownCategory")
	require.Contains(t, change(2, "taxBasisPoints", 10_001), "InvalidInput")
	require.Contains(t, change(2, "images", []any{map[string]any{"url": "javascript:alert()", "alt": "x", "width": 1, "height": 1}}), "InvalidInput")
	require.Contains(t, a.change(t, updateProduct, map[string]any{"id": id, "expectedVersion": 2, "category": "books", "images": []any{}}),
		`"category":{"slug":"books"}`)
	require.JSONEq(t, `{"product": {"images": [], "category": {"slug": "books", "productCount": 9}}}`,
		string(a.ask(t, `{ product(slug: "olive-oil") { images { url } category { slug productCount } } }`, nil).Data))
	require.Contains(t, change(3, "category", "pantry"), `"version":4`)
	require.Contains(t, change(4, "active", false), `"version":5`)
	require.Contains(t, change(5, "active", true), `"version":6`)
}

// TestEachChangeShowsItsOwnPictures changes a product twice in one request.
func TestEachChangeShowsItsOwnPictures(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	id := a.numbers(t, "olive-oil").Product.ID
	input := func(version int, url string) map[string]any {
		return map[string]any{"id": id, "expectedVersion": version, "images": []any{
			map[string]any{"url": url, "alt": "oil", "width": 1, "height": 1}}}
	}
	const document = `mutation($one: UpdateProductInput!, $two: UpdateProductInput!) {
		one: updateProduct(input: $one) { ...changed } two: updateProduct(input: $two) { ...changed }
		late: updateProduct(input: $one) { errors { ... on ProductChanged { product { images { url } category { slug } } } } }
	} fragment changed on UpdateProductPayload { product { images { url } } }`
	got := a.ask(t, document, map[string]any{"one": input(1, "/one"), "two": input(2, "/two")})
	require.Empty(t, got.Errors)
	require.JSONEq(t, `{"one": {"product": {"images": [{"url": "/one"}]}}, "two": {"product": {"images": [{"url": "/two"}]}},
		"late": {"errors": [{"product": {"images": [{"url": "/two"}], "category": {"slug": "pantry"}}}]}}`, string(got.Data))
}

// book books pieces under a new key.
func (a *api) book(t *testing.T, slug string, delta int) {
	t.Helper()
	require.Contains(t, a.change(t, adjustStock, map[string]any{
		"productId": a.numbers(t, slug).Product.ID, "delta": delta, "reason": "counted", "idempotencyKey": ids.New("key"),
	}), `"errors":[]`)
}

func TestAdjustStock(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	before := a.numbers(t, "olive-oil").Product
	book := func(delta int, key string) string {
		return a.change(t, adjustStock, map[string]any{"productId": before.ID, "delta": delta, "reason": "delivery", "idempotencyKey": key})
	}
	require.Contains(t, book(7, "delivery 1"), `"errors":[]`)
	require.Contains(t, book(7, "delivery 1"), `"errors":[]`, "the same input again")
	after := a.numbers(t, "olive-oil").Product
	require.Equal(t, *before.Stock.OnHand+7, *after.Stock.OnHand)
	require.Equal(t, before.Version+1, after.Version, "once")
	require.Contains(t, book(8, "delivery 1"), "AdjustmentKeyReused")
	require.Contains(t, book(-*after.Stock.OnHand-1, "all and one more"), "InsufficientStock")
	require.Contains(t, book(0, "nothing at all"), "InvalidInput")
	require.Contains(t, book(-*after.Stock.OnHand, "all of them"), `"status":"OUT_OF_STOCK","onHand":0`)
	require.Contains(t, a.change(t, adjustStock, map[string]any{
		"productId": ids.New("prd"), "delta": 1, "reason": "x", "idempotencyKey": "a new key",
	}), "UnknownProduct")
}
