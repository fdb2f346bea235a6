package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "schema", "product_search", "product_search_docsize", "product_search_segdir",
		"product_search_segments", "product_search_stat")
}

func TestSearchFindsWordsByTheirBeginning(t *testing.T) {
	t.Parallel()
	coded := producttest.Priced("Plain", 5)
	coded.SKU, coded.Description = "ZX-81", "It's \"quoted\"; DROP TABLE product"
	shop := producttest.Stocked(t,
		producttest.Shelf("things", producttest.Priced("Cocoa 72%", 1), producttest.Priced("Snake_case mug", 2),
			producttest.Priced("ÜBER Coaster", 4), coded),
		producttest.Shelf("gifts", producttest.Priced("Card", 6), producttest.Priced("紅茶 and not much OR near", 7)))
	all := []string{"Card", "Cocoa 72%", "Plain", "Snake_case mug", "ÜBER Coaster", "紅茶 and not much OR near"}
	for search, want := range map[string][]string{
		"":                {},
		"72":              {"Cocoa 72%"},
		"72% cocoa":       {"Cocoa 72%"},
		"snake-case":      {"Snake_case mug"},
		"ase":             {},
		"über":            {"ÜBER Coaster"},
		"uber coast":      {"ÜBER Coaster"},
		"u\u0308ber":      {"ÜBER Coaster"},
		"COAST":           {"ÜBER Coaster"},
		"zx-81":           {"Plain"},
		"it's \"quoted\"": {"Plain"},
		"gift":            {"Card", "紅茶 and not much OR near"},
		"gifts card":      {"Card"},
		"card plain":      {},
		"card OR plain":   {},
		"AND NOT":         {"紅茶 and not much OR near"},
		"NEAR/2":          {},
		"words:card":      {},
		"紅":               {"紅茶 and not much OR near"},
		"card\x00":        {"Card"},
		"(card":           {"Card"},
		"car*":            {"Card"},
	} {
		if search == "" {
			want = all
		}
		require.Equal(t, want, titles(searched(t, shop, search)), "%q", search)
	}
	require.Equal(t, all, titles(searched(t, shop, " \t\u00a0")), "blanks select everything")
}

func TestASearchWithoutAWordFindsNothing(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea",
		producttest.Priced("Tea 🍵 100%", 1), producttest.Priced("?!", 2)))
	for _, search := range []string{"🍵", "%%", " ?! ", "_", "*", "'\"", "\u0301", "\x00", "\xff"} {
		page := searched(t, shop, search)
		require.Empty(t, page.Nodes, "%q", search)
		total, err := page.TotalCount(t.Context())
		require.NoError(t, err)
		require.Zero(t, total, "%q", search)
		facets, err := page.Facets(t.Context())
		require.NoError(t, err)
		require.Equal(t, &catalog.Facets{Categories: []*catalog.CategoryFacet{}}, facets, "%q", search)
	}
	require.Equal(t, []string{"Tea 🍵 100%"}, titles(searched(t, shop, "🍵 100")),
		"symbols beside a word are ignored")
}

func TestSearchFindsAProductByItsChangedWords(t *testing.T) {
	t.Parallel()
	assam := producttest.Priced("Assam", 1)
	assam.SKU = "A1"
	shop := producttest.Stocked(t, producttest.Shelf("tea", assam), producttest.Shelf("gifts"))
	id := searched(t, shop, "assam").Nodes[0].ID
	_, err := shop.Service.Update(t.Context(), id, catalog.Change{Title: new("Bancha"), Category: new("gifts")})
	require.NoError(t, err)
	require.Empty(t, titles(searched(t, shop, "assam")))
	require.Empty(t, titles(searched(t, shop, "tea bancha")))
	require.Equal(t, []string{"Bancha"}, titles(searched(t, shop, "gift bancha")))
}

// TestADatabaseWithoutWordsGetsThem opens a database from before the index.
func TestADatabaseWithoutWordsGetsThem(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	shop := producttest.Open(t, database)
	_, err := shop.Store.LoadEmpty(t.Context(), []catalog.Shelf{producttest.Shelf("tea", producttest.Priced("Assam", 1))})
	require.NoError(t, err)
	require.NoError(t, shop.DB.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM product_words")
		return err
	}))
	require.Empty(t, titles(searched(t, shop, "assam")))
	require.Equal(t, []string{"Assam"}, titles(searched(t, producttest.Open(t, database), "assam")))
}

func searched(t *testing.T, shop *producttest.Shop, search string) *catalog.Page {
	t.Helper()
	return list(t, shop, catalog.Query{First: 100, Sort: catalog.NameAsc, Filter: catalog.Filter{Search: &search}})
}

func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	shop := producttest.Seeded(t)
	longest := strings.Repeat("ж ", 100)
	require.Empty(t, titles(searched(t, shop, longest)), "two hundred characters are accepted, as one word")
	_, err := shop.Service.Products(t.Context(), catalog.Query{
		First: 1, Sort: catalog.NameAsc, Filter: catalog.Filter{Search: new(longest + "e")},
	})
	var input refusal.InvalidInput
	require.ErrorAs(t, err, &input)
	_, err = shop.Service.Products(t.Context(), catalog.Query{
		First: 1, Sort: catalog.NameAsc, Filter: catalog.Filter{Search: new("a b c d e f g h i j k l m n o p q")},
	})
	require.ErrorAs(t, err, &input)
}

func TestFiltersAreCombined(t *testing.T) {
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
		"category":         {catalog.Filter{Category: new("tea")}, []string{"New tea", "Old tea"}},
		"unknown category": {catalog.Filter{Category: new("rum")}, []string{}},
		"in stock":         {catalog.Filter{InStock: new(true)}, []string{"New tea", "Tea mug"}},
		"in stock or not":  {catalog.Filter{InStock: new(false)}, []string{"New tea", "Old tea", "Tea mug"}},
		"from a price":     {catalog.Filter{PriceFrom: new(int64(2))}, []string{"New tea", "Tea mug"}},
		"to a price":       {catalog.Filter{PriceTo: new(int64(2))}, []string{"New tea", "Old tea"}},
		"one price":        {catalog.Filter{PriceFrom: new(int64(2)), PriceTo: new(int64(2))}, []string{"New tea"}},
		"no price":         {catalog.Filter{PriceFrom: new(int64(3)), PriceTo: new(int64(2))}, []string{}},
		"all three":        {catalog.Filter{Category: new("tea"), InStock: new(true), Search: new("tea")}, []string{"New tea"}},
		"all three, none":  {catalog.Filter{Category: new("mugs"), InStock: new(true), Search: new("old")}, []string{}},
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
	shop := producttest.Open(t, sqldbtest.New(t))
	twice := producttest.Shelf("tea", producttest.Priced("Assam", 1), producttest.Priced("Bancha", 1))
	twice.Items[1].Product.SKU = twice.Items[0].Product.SKU
	_, err := shop.Store.LoadEmpty(t.Context(), []catalog.Shelf{twice})
	require.Error(t, err)
	categories, err := shop.Service.Categories(t.Context())
	require.NoError(t, err)
	require.Empty(t, categories)
	require.Empty(t, shop.Announced(t), "a rollback leaves no message")
}

func TestEachChangeIsAnnouncedOnce(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 100)))
	first := shop.Announced(t)
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
	after := shop.Announced(t)
	require.Len(t, after, 3)
	want.Title, want.PriceMinor, want.Active, want.Version = "Assam Gold", 150, false, 4
	require.Equal(t, want, after[2])
	require.EqualValues(t, []int64{2, 3, 4}, []int64{after[0].Version, after[1].Version, after[2].Version})

	require.NoError(t, shop.Store.PublishAll(t.Context()))
	require.Equal(t, after[2:], shop.Announced(t), "products off sale are announced too")
}

func TestProductsOffSaleAreNotFound(t *testing.T) {
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
	left, err := shop.Service.ProductCounts(t.Context(), []string{categories[0].ID})
	require.NoError(t, err)
	require.Equal(t, map[string]int{categories[0].ID: 1}, left)
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
