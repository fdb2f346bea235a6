package sales_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// changed returns the product's next version, at another price.
func changed(p sales.Product, price int64) sales.Product {
	p.Price.AmountMinor = price
	p.Version++
	return p
}

func basket(t testing.TB, shop *ordertest.Shop, user string) sales.Order {
	t.Helper()
	order, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.NotNil(t, order)
	return *order
}

func TestDraftsFollowTheCatalogue(t *testing.T) {
	t.Parallel()
	shop, user, other := ordertest.New(t), ids.New("usr"), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	first := fill(t, shop, user, add(tea, 2), add(cup, 1))
	untouched := fill(t, shop, other, add(cup, 1))

	tea = changed(tea, 1000)
	tea.Title = "Green tea"
	require.NoError(t, shop.Learn(t.Context(), tea))
	second := basket(t, shop, user)
	require.Equal(t, eur(2500), second.Total)
	require.Equal(t, first.Version+1, second.Version)
	require.True(t, second.UpdatedAt.After(first.UpdatedAt))
	require.Equal(t, "Green tea", second.Items[0].Title)
	require.Equal(t, eur(1000), second.Items[0].UnitPrice)
	require.Equal(t, first.Items[0].ID, second.Items[0].ID)
	require.Equal(t, first.Items[1], second.Items[1])
	require.Equal(t, untouched, basket(t, shop, other))

	_, err := shop.Buy(t.Context(), user, placing(first))
	require.Equal(t, second, *only[sales.VersionConflict](t, err).Order, "nobody pays a price they have not seen")
	_, err = shop.Buy(t.Context(), user, placing(second))
	require.NoError(t, err)
	shop.Sound(t)
}

func TestOldAndRepeatedProductsChangeNothing(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	old := shop.Stock(t, 1290)
	tea := changed(changed(old, 1), 1000)
	require.NoError(t, shop.Learn(t.Context(), tea))
	draft := fill(t, shop, user, add(tea, 2))

	require.NoError(t, shop.Learn(t.Context(), old))
	require.NoError(t, shop.Learn(t.Context(), changed(old, 5)))
	require.NoError(t, shop.Learn(t.Context(), changed(changed(old, 1), 5)), "the same version with other content")
	same := changed(tea, 1000)
	same.MaximumQuantity = 7
	require.NoError(t, shop.Learn(t.Context(), same))
	require.NoError(t, shop.Learn(t.Context(), same), "the bus can deliver twice")
	require.Equal(t, draft, basket(t, shop, user))
}

// At a start the whole catalogue is read again. That neither waits for writers nor delays them.
func TestKnownProductsDoNotWaitForWriters(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	tea := shop.Stock(t, 1290)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := shop.Store.Write(ctx, func(ctx context.Context, _ sales.Tx) error { return shop.Learn(ctx, tea) })
	require.NoError(t, err)
}

func TestPlacedOrdersStayAsTheyWere(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	order, err := shop.Buy(t.Context(), user, placing(fill(t, shop, user, add(tea, 2))))
	require.NoError(t, err)
	draft := fill(t, shop, user, add(tea, 1))

	require.NoError(t, shop.Learn(t.Context(), changed(tea, 1)))
	stored, err := shop.Order(t.Context(), user, order.ID, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, order, *stored)
	require.Equal(t, draft.Version+1, basket(t, shop, user).Version)
	shop.Sound(t)
}

func TestADraftThatCannotFollowIsNotPlaced(t *testing.T) {
	t.Parallel()
	shop, user, euros := ordertest.New(t), ids.New("usr"), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	draft := fill(t, shop, user, add(tea, 2), add(cup, 1))
	single := fill(t, shop, euros, add(tea, 1))

	dear := changed(tea, money.MaxMinor)
	require.NoError(t, shop.Learn(t.Context(), dear))
	require.Equal(t, draft, basket(t, shop, user), "the total of two would be out of range")
	require.Equal(t, eur(money.MaxMinor), basket(t, shop, euros).Total)
	_, err := shop.Buy(t.Context(), user, placing(draft))
	require.Equal(t, tea.ID, only[sales.ProductUnavailable](t, err).ProductID)

	dollars := changed(dear, 900)
	dollars.Price.Currency = "USD"
	require.NoError(t, shop.Learn(t.Context(), dollars))
	_, err = shop.Buy(t.Context(), euros, placing(basket(t, shop, euros)))
	only[sales.ProductUnavailable](t, err)
	mended := fill(t, shop, euros, set(tea, 1))
	require.Equal(t, money.Money{AmountMinor: 900, Currency: "USD"}, mended.Total)
	require.Greater(t, mended.Version, single.Version)

	require.NoError(t, shop.Learn(t.Context(), changed(changed(dear, 0), 1290)))
	_, err = shop.Buy(t.Context(), user, placing(draft))
	require.NoError(t, err, "the price is the one shown again")
	shop.Sound(t)
}

func TestInvalidProductsAreNotLearned(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	for name, spoil := range map[string]func(*sales.Product){
		"no id":           func(p *sales.Product) { p.ID = "" },
		"no sku":          func(p *sales.Product) { p.SKU = "" },
		"no title":        func(p *sales.Product) { p.Title = "" },
		"no version":      func(p *sales.Product) { p.Version = 0 },
		"negative price":  func(p *sales.Product) { p.Price.AmountMinor = -1 },
		"inexact price":   func(p *sales.Product) { p.Price.AmountMinor = money.MaxMinor + 1 },
		"no currency":     func(p *sales.Product) { p.Price.Currency = "EURO" },
		"negative tax":    func(p *sales.Product) { p.TaxBasisPoints = -1 },
		"tax beyond 100%": func(p *sales.Product) { p.TaxBasisPoints = 10_001 },
		"negative stock":  func(p *sales.Product) { p.MaximumQuantity = -1 },
	} {
		p := ordertest.Product(100)
		spoil(&p)
		require.ErrorIs(t, shop.Learn(t.Context(), p), sales.ErrBadProduct, name)
		_, err := shop.Change(t.Context(), ids.New("usr"), changes(add(p, 1)))
		only[sales.ProductNotFound](t, err)
	}
}

// taxed returns the product's next version, at another tax rate.
func taxed(p sales.Product, basisPoints int) sales.Product {
	p.TaxBasisPoints = basisPoints
	p.Version++
	return p
}

// TestAnOrderIsBilledAtTheRateItWasPlacedAt changes the rate before the order is placed, and
// while the stock has not answered.
func TestAnOrderIsBilledAtTheRateItWasPlacedAt(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	draft := fill(t, shop, user, add(tea, 1))
	require.Equal(t, 1900, draft.Items[0].TaxBasisPoints)
	tea = taxed(tea, 700)
	require.NoError(t, shop.Learn(t.Context(), tea))
	draft = basket(t, shop, user)
	require.Equal(t, 700, draft.Items[0].TaxBasisPoints, "a draft follows the catalogue")

	answer := shop.Silence(t)
	order, err := shop.Place(t.Context(), user, placing(draft))
	require.NoError(t, err)
	require.Equal(t, sales.Pending, order.Status)
	require.NoError(t, shop.Learn(t.Context(), taxed(tea, 0)))
	answer()
	order, err = shop.Await(t.Context(), user, order)
	require.NoError(t, err)
	require.Equal(t, sales.Confirmed, order.Status)
	require.Equal(t, 700, order.Invoice.Lines[0].TaxBasisPoints)
	require.Equal(t, eur(84), order.Invoice.Tax)
	shop.Sound(t)
}

// TestAChangedPriceIsWarnedAboutOnce changes the price of a product in a draft. The next change
// of the draft returns a warning.
func TestAChangedPriceIsWarnedAboutOnce(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	first := fill(t, shop, user, add(tea, 1), add(cup, 1))
	require.Empty(t, first.Warnings)
	require.NoError(t, shop.Learn(t.Context(), changed(tea, 1400)))
	require.NoError(t, shop.Learn(t.Context(), changed(changed(tea, 0), 1500)))

	second := fill(t, shop, user, add(cup, 1))
	require.Len(t, second.Warnings, 1)
	warning, is := second.Warnings[0].(sales.PriceChanged)
	require.True(t, is)
	require.Equal(t, tea.ID, warning.ProductID)
	require.Equal(t, eur(1500), warning.CurrentPrice)
	require.Equal(t, eur(1290), *warning.PreviousPrice, "the price shown, not one in between")
	require.Nil(t, warning.Path, "no input is at fault")
	require.Empty(t, fill(t, shop, user, add(cup, 1)).Warnings)
	shop.Sound(t)
}

// TestAPriceShownAsAProblemIsNotAWarning has the stock refuse an order whose price has changed.
func TestAPriceShownAsAProblemIsNotAWarning(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	draft := fill(t, shop, user, add(tea, 1), add(cup, 1))
	shop.Silence(t)
	order, err := shop.Place(t.Context(), user, placing(draft))
	require.NoError(t, err)
	dearer := changed(tea, 1500)
	require.NoError(t, shop.Settle(t.Context(), sales.Reply{
		Attempt: sales.Attempt{OrderID: order.ID, Number: 1}, Outcome: sales.IsRejected, Products: []sales.Product{dearer},
		Problems: []sales.OrderProblem{{Reason: sales.OtherPrice, ProductID: tea.ID, Price: &dearer.Price}},
	}))
	require.Len(t, basket(t, shop, user).Problems, 1)
	after := fill(t, shop, user, add(cup, 1))
	require.Len(t, after.Problems, 1)
	require.Empty(t, after.Warnings)
}
