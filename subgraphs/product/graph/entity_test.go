package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
)

const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
	__typename
	... on Product { id slug title images { url } category { slug productCount } stock { status } }
	... on Category { id slug title productCount } } }`

type representation = map[string]any

func productBy(key string, value any) representation {
	return representation{"__typename": "Product", key: value}
}

func categoryBy(key string, value any) representation {
	return representation{"__typename": "Category", key: value}
}

// catalogue returns the ids of all products and categories by slug.
func (a *api) catalogue(t *testing.T) (products, categories map[string]string) {
	t.Helper()
	type thing struct{ ID, Slug string }
	var got struct {
		Products   struct{ Nodes []thing }
		Categories []thing
	}
	a.get(t, `{ products(first: 100) { nodes { id slug } } categories { id slug } }`, nil, &got)
	products, categories = map[string]string{}, map[string]string{}
	for _, p := range got.Products.Nodes {
		products[p.Slug] = p.ID
	}
	for _, c := range got.Categories {
		categories[c.Slug] = c.ID
	}
	return products, categories
}

func TestEntitiesKeepTheirPositions(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	products, categories := a.catalogue(t)
	var got struct {
		Entities []map[string]any `json:"_entities"`
	}
	a.get(t, entities, map[string]any{"representations": []representation{
		productBy("slug", "olive-oil"),
		productBy("id", "prd_unknown"),
		productBy("id", products["desk-globe"]),
		categoryBy("slug", "books"),
		productBy("id", categories["books"]), // the wrong prefix
		productBy("slug", "olive-oil"),
		categoryBy("slug", "rum"),
		categoryBy("id", categories["desk"]),
		productBy("slug", "unknown"),
		productBy("id", products["olive-oil"]),
	}}, &got)
	var slugs []any
	for _, entity := range got.Entities {
		slugs = append(slugs, entity["slug"])
	}
	require.Equal(t, []any{"olive-oil", nil, "desk-globe", "books", nil, "olive-oil", nil, "desk", nil, "olive-oil"}, slugs)
	require.Nil(t, got.Entities[1])
	require.Equal(t, got.Entities[0], got.Entities[9], "by slug and by id")
	require.Equal(t, map[string]any{"slug": "pantry", "productCount": 8.0}, got.Entities[9]["category"])
}

// TestABatchIsOneStatement counts the statements: one each for the entities of a key, their
// pictures, their categories, and the numbers of products of those, whatever the size of the
// batch.
func TestABatchIsOneStatement(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	products, categories := a.catalogue(t)
	var byID, bySlug, categoriesByID []representation
	for slug, id := range products {
		byID, bySlug = append(byID, productBy("id", id)), append(bySlug, productBy("slug", slug))
	}
	for _, id := range categories {
		categoriesByID = append(categoriesByID, categoryBy("id", id))
	}
	count := func(representations []representation) int64 {
		return a.statements(t, entities, map[string]any{"representations": representations})
	}
	for key, all := range map[string][]representation{"id": byID, "slug": bySlug} {
		require.EqualValues(t, 4, count(all[:1]), key)
		require.EqualValues(t, 4, count(append(all, productBy(key, "unknown"))), key)
		require.EqualValues(t, 1, count([]representation{productBy(key, "unknown")}), key)
	}
	require.EqualValues(t, 5, count(append(byID, bySlug...)), "a batch for each key, and one for the rest")
	require.EqualValues(t, 2, count(categoriesByID[:1]))
	require.EqualValues(t, 2, count(categoriesByID))
}

// TestAListCostsTheSameHoweverLong reads the edges and nodes of every list, with all related
// data.
func TestAListCostsTheSameHoweverLong(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	const (
		product = `title price { decimal } category { title productCount } images { url alt } stock { status onHand }`
		around  = `pageInfo { hasNextPage endCursor }`
		counted = ` totalCount pageCount facets { inStock price { lowest { decimal } } categories { count category { slug productCount } } }`
	)
	ledger := `stockLedger(productId: "` + a.numbers(t, "olive-oil").Product.ID + `", first: $first) { edges { cursor node { delta } } nodes { reason } ` + around + ` }`
	for range 3 {
		a.book(t, "olive-oil", 1)
	}
	for list, c := range map[string]struct{ empty, full int64 }{
		`products(first: $first) { edges { cursor node { ` + product + ` } } nodes { again: images { url } category { id } } ` + around + ` }`:          {1, 4},
		`products(first: $first, page: 1, filter: {search: "the", priceFrom: 1, inStock: true}) { nodes { ` + product + ` } ` + around + counted + ` }`: {4, 8},
		`lowStock(first: $first, atMost: 1000) { edges { cursor node { ` + product + ` } } ` + around + ` }`:                                            {1, 4},
		ledger: {1, 1},
	} {
		query := "query ($first: Int!) { " + list + " }"
		require.EqualValues(t, c.empty, a.statements(t, query, map[string]any{"first": 0}), list)
		for _, first := range []int{1, 2, 10, 48, 100} {
			require.EqualValues(t, c.full, a.statements(t, query, map[string]any{"first": first}), "first: %d, %s", first, list)
		}
	}
}

func TestUnrequestedDataIsNotRead(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	require.EqualValues(t, 1, a.statements(t, `{ products(first: 20) { nodes { id title price { decimal } stock { status } } } }`, nil))
	require.EqualValues(t, 2, a.statements(t, `{ products(first: 20) { nodes { id } totalCount } }`, nil))
	require.EqualValues(t, 2, a.statements(t, `{ products(first: 20) { nodes { images { url } } } }`, nil))
	require.EqualValues(t, 1, a.statements(t, `{ product(slug: "olive-oil") { title } }`, nil))
}

func TestWrongRepresentationsAreTheClientsFault(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for name, wrong := range map[string]any{
		"no type":      representation{"id": "prd_1"},
		"unknown type": representation{"__typename": "Rum", "id": "rum_1"},
		"no key":       representation{"__typename": "Product"},
		"null key":     productBy("id", nil),
		"key a list":   productBy("id", []any{"prd_1"}),
		"key a map":    productBy("id", representation{"a": 1}),
		"no object":    5,
		"null":         nil,
	} {
		got := a.ask(t, entities, map[string]any{"representations": []any{wrong}})
		require.Less(t, got.Status, 500, name)
		require.NotEmpty(t, got.Errors, name)
		require.Equal(t, "BAD_USER_INPUT", got.Errors[0].Extensions.Code, "%s: %s", name, got.Errors[0].Message)
	}
}
