package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

func TestStockStatusAndMaximumQuantity(t *testing.T) {
	t.Parallel()
	for onHand, want := range map[int]catalog.Stock{
		0:   {Status: catalog.OutOfStock, MaximumQuantity: 0},
		1:   {Status: catalog.LowStock, MaximumQuantity: 1},
		5:   {Status: catalog.LowStock, MaximumQuantity: 5},
		6:   {Status: catalog.InStock, MaximumQuantity: 6},
		99:  {Status: catalog.InStock, MaximumQuantity: 99},
		100: {Status: catalog.InStock, MaximumQuantity: 99},
	} {
		want.OnHand = onHand
		require.Equal(t, want, catalog.Product{OnHand: onHand}.Stock(), "%d on hand", onHand)
	}
}

func TestUpdateRefusesInvalidValues(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Sencha", 990)))
	shop.Announced(t)
	id := onlyProduct(t, shop).ID
	for name, change := range map[string]catalog.Change{
		"blank title":      {Title: new(" ")},
		"endless title":    {Title: new(strings.Repeat("ä", 201))},
		"negative price":   {Price: &money.Money{AmountMinor: -1, Currency: "EUR"}},
		"unknown currency": {Price: &money.Money{AmountMinor: 1, Currency: "QQQ"}},
		"huge price":       {Price: &money.Money{AmountMinor: money.MaxMinor + 1, Currency: "EUR"}},
	} {
		_, err := shop.Service.Update(t.Context(), id, change)
		var input refusal.InvalidInput
		require.ErrorAs(t, err, &input, name)
	}
	_, err := shop.Service.Update(t.Context(), "prd_unknown", catalog.Change{Title: new("x")})
	require.ErrorAs(t, err, new(catalog.UnknownProduct))
	require.Equal(t, "Sencha", onlyProduct(t, shop).Title)
	require.Empty(t, shop.Announced(t), "a refused change is not announced")
}

func TestUpdateReturnsAWholeProduct(t *testing.T) {
	t.Parallel()
	shop := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Sencha", 990)))
	changed, err := shop.Service.Update(t.Context(), onlyProduct(t, shop).ID, catalog.Change{Title: new(" Bancha ")})
	require.NoError(t, err)
	require.Equal(t, "Bancha", changed.Title)
	require.Equal(t, 2, changed.Version)
	require.True(t, changed.UpdatedAt.After(changed.CreatedAt))
	categories, err := shop.Service.CategoriesByID(t.Context(), []string{changed.CategoryID})
	require.NoError(t, err)
	require.Equal(t, "tea", categories[changed.CategoryID].Slug)
}

func onlyProduct(t *testing.T, shop *producttest.Shop) *catalog.Product {
	t.Helper()
	page, err := shop.Service.Products(t.Context(), catalog.Query{First: 2, Sort: catalog.Newest})
	require.NoError(t, err)
	require.Len(t, page.Nodes, 1)
	return page.Nodes[0]
}
