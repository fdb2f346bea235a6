package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

func TestSearchTakesWordsLiterally(t *testing.T) {
	t.Parallel()
	percent := producttest.Priced("Cocoa 72%", 1)
	score := producttest.Priced("Snake_case mug", 2)
	slash := producttest.Priced(`Back\slash poster`, 3)
	umlaut := producttest.Priced("ÜBER Coaster", 4)
	coded := producttest.Priced("Plain", 5)
	coded.SKU, coded.Description = "ZX-81", "It's \"quoted\"; DROP TABLE product"
	shop := producttest.Stocked(t,
		producttest.Shelf("things", percent, score, slash, umlaut, coded),
		producttest.Shelf("gifts", producttest.Priced("Card", 6)))
	for search, want := range map[string][]string{
		"":                {"Back\\slash poster", "Card", "Cocoa 72%", "Plain", "Snake_case mug", "ÜBER Coaster"},
		"  ":              {"Back\\slash poster", "Card", "Cocoa 72%", "Plain", "Snake_case mug", "ÜBER Coaster"},
		"%":               {"Cocoa 72%"},
		"7_%":             {},
		"_":               {"Snake_case mug"},
		"snake-case":      {},
		`\`:               {`Back\slash poster`},
		`\%`:              {},
		"über":            {"ÜBER Coaster"},
		"COAST":           {"ÜBER Coaster"},
		"zx-81":           {"Plain"},
		"it's \"quoted\"": {"Plain"},
		"gifts":           {"Card"},
		"gifts card":      {"Card"},
		"card plain":      {},
		"a\x00b":          {},
	} {
		require.Equal(t, want, titles(searched(t, shop, search)), "%q", search)
	}
}

func searched(t *testing.T, shop *producttest.Shop, search string) *catalog.Page {
	t.Helper()
	return list(t, shop, catalog.Query{First: 100, Sort: catalog.NameAsc, Filter: catalog.Filter{Search: &search}})
}

func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	shop := producttest.Seeded(t)
	longest := strings.Repeat("é ", 100)
	require.Empty(t, titles(searched(t, shop, longest)), "two hundred characters are searched for, and not found")
	_, err := shop.Service.Products(t.Context(), catalog.Query{
		First: 1, Sort: catalog.NameAsc, Filter: catalog.Filter{Search: new(longest + "e")},
	})
	var input *catalog.InputError
	require.ErrorAs(t, err, &input)
}

func TestFiltersJoin(t *testing.T) {
	t.Parallel()
	gone := producttest.Priced("Old tea", 1)
	gone.OnHand = 0
	shop := producttest.Stocked(t,
		producttest.Shelf("tea", producttest.Priced("New tea", 2), gone),
		producttest.Shelf("mugs", producttest.Priced("Tea mug", 3)))
	for name, c := range map[string]struct {
		filter catalog.Filter
		want   []string
	}{
		"category":          {catalog.Filter{Category: new("tea")}, []string{"New tea", "Old tea"}},
		"unknown category":  {catalog.Filter{Category: new("rum")}, []string{}},
		"in stock":          {catalog.Filter{InStock: new(true)}, []string{"New tea", "Tea mug"}},
		"in stock or not":   {catalog.Filter{InStock: new(false)}, []string{"New tea", "Old tea", "Tea mug"}},
		"all three":         {catalog.Filter{Category: new("tea"), InStock: new(true), Search: new("tea")}, []string{"New tea"}},
		"all three, nought": {catalog.Filter{Category: new("mugs"), InStock: new(true), Search: new("old")}, []string{}},
	} {
		page := list(t, shop, catalog.Query{First: 9, Sort: catalog.NameAsc, Filter: c.filter})
		require.Equal(t, c.want, titles(page), name)
		count, err := page.TotalCount(t.Context())
		require.NoError(t, err)
		require.Equal(t, len(c.want), count, name)
	}
}

func TestLoadingFillsOnlyAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 1)))
	loaded, err := shop.Store.LoadEmpty(t.Context(), []catalog.Shelf{producttest.Shelf("rum", producttest.Priced("Grog", 1))})
	require.NoError(t, err)
	require.False(t, loaded)
	require.Equal(t, []string{"Assam"}, titles(searched(t, shop, "")))
}

func TestLoadingIsAllOrNothing(t *testing.T) {
	t.Parallel()
	shop := producttest.Open(t, t.TempDir())
	twice := producttest.Shelf("tea", producttest.Priced("Assam", 1), producttest.Priced("Bancha", 1))
	twice.Items[1].Product.SKU = twice.Items[0].Product.SKU
	_, err := shop.Store.LoadEmpty(t.Context(), []catalog.Shelf{twice})
	require.Error(t, err)
	categories, err := shop.Service.Categories(t.Context())
	require.NoError(t, err)
	require.Empty(t, categories)
	require.Empty(t, shop.Told(t), "no message tells of what was rolled back")
}

func TestEachChangeIsToldOnce(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 100)))
	first := shop.Told(t)
	require.Len(t, first, 1)
	id := first[0].ID
	want := events.ProductChanged{
		ID: id, SKU: "tea/0", Slug: "tea-0", Title: "Assam", PriceMinor: 100, Currency: "EUR",
		MaximumQuantity: 10, Active: true, Version: 1,
	}
	require.Equal(t, want, first[0])

	for _, change := range []catalog.Change{
		{Title: new("Assam Gold")},
		{Price: &money.Money{AmountMinor: 150, Currency: "EUR"}},
		{Active: new(false)},
	} {
		_, err := shop.Service.Update(t.Context(), id, change)
		require.NoError(t, err)
	}
	after := shop.Told(t)
	require.Len(t, after, 3)
	want.Title, want.PriceMinor, want.Active, want.Version = "Assam Gold", 150, false, 4
	require.Equal(t, want, after[2])
	require.EqualValues(t, []int64{2, 3, 4}, []int64{after[0].Version, after[1].Version, after[2].Version})

	require.NoError(t, shop.Store.TellAll(t.Context()))
	require.Equal(t, after[2:], shop.Told(t), "what is not on sale is told of too")
}

func TestWhatIsNotOnSaleIsNotFound(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 1), producttest.Priced("Bancha", 2)))
	p := searched(t, shop, "assam").Nodes[0]
	_, err := shop.Service.Update(t.Context(), p.ID, catalog.Change{Active: new(false)})
	require.NoError(t, err)

	require.Equal(t, []string{"Bancha"}, titles(searched(t, shop, "")))
	for key, value := range map[catalog.Key]string{catalog.ByID: p.ID, catalog.BySlug: p.Slug} {
		found, err := shop.Service.ProductsBy(t.Context(), key, []string{value})
		require.NoError(t, err)
		require.Equal(t, []*catalog.Product{nil}, found)
	}
	categories, err := shop.Service.Categories(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, categories[0].ProductCount)
	all, err := shop.Store.CountAll(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, all)
}

func TestARenamedProductIsFoundAndSortedByItsNewName(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 1), producttest.Priced("Bancha", 2)))
	_, err := shop.Service.Update(t.Context(), searched(t, shop, "assam").Nodes[0].ID, catalog.Change{Title: new("Yunnan")})
	require.NoError(t, err)
	require.Empty(t, titles(searched(t, shop, "assam")))
	require.Equal(t, []string{"Bancha", "Yunnan"}, titles(searched(t, shop, "")))
}
