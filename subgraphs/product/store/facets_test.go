package store_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

// TestEachFacetIsCountedWithoutItself compares each facet with a list that has all other filters.
func TestEachFacetIsCountedWithoutItself(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, shelfOf("tea", 12), shelfOf("rum", 7), shelfOf("ale", 1), producttest.Shelf("nothing"))
	rapid.Check(t, func(rt *rapid.T) {
		maybe := func(what string, most int64) *int64 { return rapid.Ptr(rapid.Int64Range(0, most), true).Draw(rt, what) }
		filter := catalog.Filter{
			Search:    rapid.SampledFrom([]*string{nil, new("ol"), new("ale"), new("oil tea"), new("%%")}).Draw(rt, "search"),
			Category:  rapid.SampledFrom([]*string{nil, new("tea"), new("gin")}).Draw(rt, "category"),
			PriceFrom: maybe("from", 3), PriceTo: maybe("to", 3), InStock: new(rapid.Bool().Draw(rt, "in stock")),
		}
		got, err := all(t, shop, filter).Facets(t.Context())
		require.NoError(rt, err)
		if difference := gocmp.Diff(facetsByLists(t, shop, filter), got, cmpopts.IgnoreUnexported(catalog.Category{})); difference != "" {
			rt.Fatalf("-want +got\n%s", difference)
		}
	})
}

// shelfOf returns a shelf with products of various prices and stocks.
func shelfOf(slug string, size int) catalog.Shelf {
	var products []catalog.Product
	for i := range size {
		p := producttest.Priced([]string{"Oil", "Ale", "Öl"}[i%3], int64(i%4))
		p.OnHand = i % 2
		products = append(products, p)
	}
	return producttest.Shelf(slug, products...)
}

func all(t *testing.T, shop *producttest.Shop, filter catalog.Filter) *catalog.Page {
	t.Helper()
	return list(t, shop, catalog.Query{First: 100, Sort: catalog.PriceAsc, Filter: filter})
}

// facetsByLists computes the facets from one list for each.
func facetsByLists(t *testing.T, shop *producttest.Shop, filter catalog.Filter) *catalog.Facets {
	t.Helper()
	facets := &catalog.Facets{Categories: []*catalog.CategoryFacet{}}
	shelves, err := shop.Service.Categories(t.Context())
	require.NoError(t, err)
	for _, category := range shelves {
		in := filter
		in.Category = &category.Slug
		if n := len(all(t, shop, in).Nodes); n > 0 {
			facets.Categories = append(facets.Categories, &catalog.CategoryFacet{Category: category, Count: n})
		}
	}
	stocked := filter
	stocked.InStock = new(true)
	facets.InStock = len(all(t, shop, stocked).Nodes)
	unpriced := filter
	unpriced.PriceFrom, unpriced.PriceTo = nil, nil
	if found := all(t, shop, unpriced).Nodes; len(found) > 0 {
		price := func(p *catalog.Product) money.Money { return p.Price }
		facets.Price = &catalog.PriceFacet{Lowest: price(found[0]), Highest: price(found[len(found)-1])}
	}
	return facets
}
