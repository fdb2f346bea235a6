package store_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

// TestPagesJoinToTheWholeList reads random catalogues with many ties page by page, and compares
// the pages with a sorted slice.
func TestPagesJoinToTheWholeList(t *testing.T) {
	t.Parallel()
	shop := producttest.Open(t, sqldbtest.New(t))
	rapid.Check(t, func(rt *rapid.T) {
		products := rapid.SliceOfN(product(), 1, 25).Draw(rt, "products")
		shelf := producttest.Shelf("shelf", products...)
		require.NoError(rt, producttest.Empty(t.Context(), shop.DB))
		shop.Stock(t, shelf)
		sort := rapid.SampledFrom(sorts()).Draw(rt, "sort")
		filter := catalog.Filter{InStock: new(rapid.Bool().Draw(rt, "in stock"))}
		size := rapid.IntRange(1, len(products)+1).Draw(rt, "page size")

		want := sorted(shelf, sort, *filter.InStock)
		got := walk(rt, t, shop, catalog.Query{First: size, Filter: filter, Sort: sort}, len(want))
		if difference := gocmp.Diff(want, got); difference != "" {
			rt.Fatalf("%s by %d: -want +got\n%s", sort, size, difference)
		}
	})
}

func sorts() []catalog.Sort {
	return []catalog.Sort{catalog.NameAsc, catalog.NameDesc, catalog.PriceAsc, catalog.PriceDesc, catalog.Newest}
}

func product() *rapid.Generator[catalog.Product] {
	return rapid.Custom(func(t *rapid.T) catalog.Product {
		return catalog.Product{
			Title:     rapid.SampledFrom([]string{"Ale", "ale", "Öl", "öl", "oil", "Oil %", "", "'"}).Draw(t, "title"),
			Price:     money.Money{AmountMinor: rapid.Int64Range(0, 3).Draw(t, "price")},
			OnHand:    rapid.IntRange(0, 2).Draw(t, "on hand"),
			CreatedAt: time.UnixMicro(rapid.Int64Range(0, 3).Draw(t, "created")).UTC(),
		}
	})
}

// sorted returns the ids in the order that the schema documents.
func sorted(shelf catalog.Shelf, sort catalog.Sort, inStock bool) []string {
	var products []catalog.Product
	for _, item := range shelf.Items {
		if item.Product.OnHand > 0 || !inStock {
			products = append(products, item.Product)
		}
	}
	compare := map[catalog.Sort]func(a, b catalog.Product) int{
		catalog.NameAsc:  func(a, b catalog.Product) int { return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) },
		catalog.PriceAsc: func(a, b catalog.Product) int { return cmp.Compare(a.Price.AmountMinor, b.Price.AmountMinor) },
		catalog.Newest:   func(a, b catalog.Product) int { return b.CreatedAt.Compare(a.CreatedAt) },
	}
	compare[catalog.NameDesc] = func(a, b catalog.Product) int { return compare[catalog.NameAsc](b, a) }
	compare[catalog.PriceDesc] = func(a, b catalog.Product) int { return compare[catalog.PriceAsc](b, a) }
	slices.SortFunc(products, func(a, b catalog.Product) int {
		ties := cmp.Compare(a.ID, b.ID)
		if sort != catalog.NameAsc && sort != catalog.PriceAsc {
			ties = -ties
		}
		return cmp.Or(compare[sort](a, b), ties)
	})
	var list []string
	for _, p := range products {
		list = append(list, p.ID)
	}
	return list
}

// TestPagesByNumberAreThoseByCursor reads a list in both ways.
func TestPagesByNumberAreThoseByCursor(t *testing.T) {
	t.Parallel()
	shop := producttest.Seeded(t)
	byCursor := catalog.Query{First: 7, Sort: catalog.PriceAsc}
	for number := 1; number <= 7; number++ {
		want := list(t, shop, byCursor)
		got := list(t, shop, catalog.Query{First: 7, Sort: catalog.PriceAsc, Page: &number})
		require.Equal(t, titles(want), titles(got), number)
		require.Equal(t, want.PageInfo, got.PageInfo, number)
		pages, err := got.PageCount(t.Context())
		require.NoError(t, err)
		require.Equal(t, 7, pages)
		byCursor.After = want.PageInfo.EndCursor
	}
	beyond := list(t, shop, catalog.Query{First: 7, Sort: catalog.PriceAsc, Page: new(8)})
	require.Empty(t, beyond.Nodes)
	require.Equal(t, keyset.Info{HasPreviousPage: true}, beyond.PageInfo)
}

// walk follows the end cursors, and checks what each page says about its neighbours.
func walk(rt *rapid.T, t *testing.T, shop *producttest.Shop, q catalog.Query, total int) []string {
	var seen []string
	for {
		page, err := shop.Service.Products(t.Context(), q)
		require.NoError(rt, err)
		for _, edge := range page.Edges() {
			seen = append(seen, edge.Node.ID)
		}
		count, err := page.TotalCount(t.Context())
		require.NoError(rt, err)
		require.Equal(rt, total, count)
		require.Equal(rt, q.After != nil, page.PageInfo.HasPreviousPage)
		require.Equal(rt, len(seen) < total, page.PageInfo.HasNextPage, "after %d of %d", len(seen), total)
		if !page.PageInfo.HasNextPage {
			return seen
		}
		require.Len(rt, page.Nodes, q.First)
		q.After = page.PageInfo.EndCursor
	}
}

func TestEveryCursorContinuesAfterItsProduct(t *testing.T) {
	t.Parallel()
	shop := producttest.Seeded(t)
	for _, sort := range sorts() {
		all := list(t, shop, catalog.Query{First: 100, Sort: sort})
		for i, edge := range all.Edges() {
			rest := list(t, shop, catalog.Query{First: 100, Sort: sort, After: &edge.Cursor})
			require.Equal(t, titles(all)[i+1:], titles(rest), "%s after %s", sort, edge.Node.Title)
		}
	}
}

func TestACursorOutlivesItsProduct(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea",
		producttest.Priced("Assam", 1), producttest.Priced("Bancha", 2), producttest.Priced("Ceylon", 3)))
	page := list(t, shop, catalog.Query{First: 2, Sort: catalog.NameAsc})
	_, err := shop.Service.Update(t.Context(), page.Nodes[1].ID, catalog.Change{Active: new(false)})
	require.NoError(t, err)
	rest := list(t, shop, catalog.Query{First: 2, Sort: catalog.NameAsc, After: page.PageInfo.EndCursor})
	require.Equal(t, []string{"Ceylon"}, titles(rest))
}

func TestAnEmptyPageKnowsWhetherThereIsMore(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 1)))
	page := list(t, shop, catalog.Query{First: 0, Sort: catalog.NameAsc})
	require.Empty(t, page.Nodes)
	require.Equal(t, keyset.Info{HasNextPage: true}, page.PageInfo)
}

func list(t *testing.T, shop *producttest.Shop, q catalog.Query) *catalog.Page {
	t.Helper()
	page, err := shop.Service.Products(t.Context(), q)
	require.NoError(t, err)
	return page
}

func titles(page *catalog.Page) []string {
	list := []string{}
	for _, p := range page.Nodes {
		list = append(list, p.Title)
	}
	return list
}
