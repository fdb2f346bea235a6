package seed_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed/images"
)

func TestTheSeedFillsAShop(t *testing.T) {
	t.Parallel()
	shelves := read(t)
	require.Len(t, shelves, 6)
	stock := map[catalog.StockStatus]int{}
	seen := map[string]bool{}
	unique := func(kind, value string) {
		require.NotEmpty(t, value, kind)
		require.False(t, seen[kind+value], "two products have the %s %s", kind, value)
		seen[kind+value] = true
	}
	for _, shelf := range shelves {
		require.Len(t, shelf.Items, 8, shelf.Category.Slug)
		require.True(t, ids.Valid(catalog.CategoryPrefix, shelf.Category.ID))
		for _, item := range shelf.Items {
			p := item.Product
			unique("id", p.ID)
			unique("slug", p.Slug)
			unique("sku", p.SKU)
			unique("title", p.Title)
			unique("description", p.Description)
			require.True(t, ids.Valid(catalog.ProductPrefix, p.ID))
			require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, p.Slug)
			require.Equal(t, shelf.Category.ID, p.CategoryID)
			require.Equal(t, "EUR", p.Price.Currency)
			require.Positive(t, p.Price.AmountMinor)
			stock[p.Stock().Status]++
		}
	}
	require.Equal(t, map[catalog.StockStatus]int{catalog.InStock: 41, catalog.LowStock: 5, catalog.OutOfStock: 2}, stock)
}

func TestBooksAndFoodAreTaxedLess(t *testing.T) {
	t.Parallel()
	for _, shelf := range read(t) {
		want := 1900
		if shelf.Category.Slug == "books" || shelf.Category.Slug == "pantry" {
			want = 700
		}
		for _, item := range shelf.Items {
			require.Equal(t, want, item.Product.TaxBasisPoints, item.Product.Slug)
		}
	}
}

func TestEachProductHasTwoPicturesThatExistAndAreDescribed(t *testing.T) {
	t.Parallel()
	described := map[string]string{}
	for _, shelf := range read(t) {
		for _, item := range shelf.Items {
			require.Len(t, item.Images, 2, item.Product.Slug)
			for _, image := range item.Images {
				file, found := strings.CutPrefix(image.URL, "/images/"+item.Product.Slug+"-")
				require.True(t, found, image.URL)
				_, err := fs.Stat(images.Files(), item.Product.Slug+"-"+file)
				require.NoError(t, err)
				require.Greater(t, len(image.Alt), 15, image.URL)
				require.Empty(t, described[image.Alt], "two pictures are described alike")
				described[image.Alt] = image.URL
				require.Equal(t, seed.ImageSize, image.Width)
				require.Equal(t, seed.ImageSize, image.Height)
			}
		}
	}
}

func read(t *testing.T) []catalog.Shelf {
	t.Helper()
	written, err := seed.Read()
	require.NoError(t, err)
	shelves, err := written.Shelves()
	require.NoError(t, err)
	return shelves
}
