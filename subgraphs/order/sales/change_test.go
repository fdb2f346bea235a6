package sales_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

func add(p sales.Product, quantity int) sales.Change { return sales.Change{sales.Add, p.ID, &quantity} }
func set(p sales.Product, quantity int) sales.Change { return sales.Change{sales.Set, p.ID, &quantity} }
func remove(p sales.Product) sales.Change            { return sales.Change{sales.Remove, p.ID, nil} }

func changes(list ...sales.Change) sales.Changes { return sales.Changes{Changes: list} }

// contents returns the products and quantities of an order's items, in order.
func contents(o sales.Order) (products []string, quantities []int) {
	for _, item := range o.Items {
		products, quantities = append(products, item.ProductID), append(quantities, item.Quantity)
	}
	return products, quantities
}

// only returns the single refusal in an error, as type R.
func only[R refusal.Refusal](t testing.TB, err error) R {
	t.Helper()
	refusals, err := refusal.Split(err)
	require.NoError(t, err)
	require.Len(t, refusals, 1)
	require.IsType(t, *new(R), refusals[0])
	return refusals[0].(R)
}

func TestChangesMakeAndChangeTheBasket(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup, pot := shop.Stock(t, 1290), shop.Stock(t, 500), shop.Stock(t, 2999)

	order, err := shop.Change(t.Context(), user, changes(add(tea, 2), add(cup, 1), add(pot, 1), add(tea, 3)))
	require.NoError(t, err)
	products, quantities := contents(order)
	require.Equal(t, []string{tea.ID, cup.ID, pot.ID}, products, "as added")
	require.Equal(t, []int{5, 1, 1}, quantities)
	require.Equal(t, money.Money{AmountMinor: 5*1290 + 500 + 2999, Currency: "EUR"}, order.Total)
	require.Equal(t, 7, order.TotalQuantity)
	require.Equal(t, 1, order.Version)
	require.Equal(t, sales.Draft, order.Status)

	order, err = shop.Change(t.Context(), user, changes(set(cup, 9), remove(tea), set(pot, 0), add(tea, 1)))
	require.NoError(t, err)
	products, quantities = contents(order)
	require.Equal(t, []string{cup.ID, tea.ID}, products, "a product that is added again comes last")
	require.Equal(t, []int{9, 1}, quantities)
	require.Equal(t, 2, order.Version)

	basket, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, order, *basket, "the answer equals the stored order")
	shop.Sound(t)
}

func TestChangesWithoutEffectKeepTheVersion(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	empty, err := shop.Change(t.Context(), user, changes())
	require.NoError(t, err)
	require.Equal(t, 1, empty.Version, "the basket is created all the same")
	require.Equal(t, money.Money{Currency: "EUR"}, empty.Total)

	first, err := shop.Change(t.Context(), user, changes(add(tea, 2)))
	require.NoError(t, err)
	require.Equal(t, 2, first.Version)
	for _, same := range [][]sales.Change{{set(tea, 2)}, {remove(cup)}, {set(cup, 0)}, {remove(tea), set(tea, 2)}, {}} {
		again, err := shop.Change(t.Context(), user, changes(same...))
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

func TestChangesAreRefusedWithTheInputAtFault(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, gone := shop.Stock(t, 1290), ordertest.Product(100)
	gone.Active = false
	require.NoError(t, shop.Learn(t.Context(), gone))
	before, err := shop.Change(t.Context(), user, changes(add(tea, 990)))
	require.NoError(t, err)

	for name, c := range map[string]struct {
		change      sales.Change
		code, field string
	}{
		"add zero":           {add(tea, 0), "QUANTITY_OUT_OF_RANGE", "quantity"},
		"add negative":       {add(tea, -1), "QUANTITY_OUT_OF_RANGE", "quantity"},
		"add the least":      {add(tea, math.MinInt), "QUANTITY_OUT_OF_RANGE", "quantity"},
		"add the most":       {add(tea, math.MaxInt), "QUANTITY_OUT_OF_RANGE", "quantity"},
		"set negative":       {set(tea, -1), "QUANTITY_OUT_OF_RANGE", "quantity"},
		"set too many":       {set(tea, 1000), "QUANTITY_OUT_OF_RANGE", "quantity"},
		"add without number": {sales.Change{sales.Add, tea.ID, nil}, "INVALID_INPUT", "quantity"},
		"set without number": {sales.Change{sales.Set, tea.ID, nil}, "INVALID_INPUT", "quantity"},
		"remove with number": {sales.Change{sales.Remove, tea.ID, new(int)}, "INVALID_INPUT", "quantity"},
		"unknown product":    {add(ordertest.Product(1), 1), "PRODUCT_NOT_FOUND", "productId"},
		"no id":              {add(sales.Product{ID: "'; --"}, 1), "PRODUCT_NOT_FOUND", "productId"},
		"not on sale":        {add(gone, 1), "PRODUCT_NOT_FOUND", "productId"},
	} {
		_, err := shop.Change(t.Context(), user, changes(remove(tea), add(tea, 990), c.change))
		refusals, err := refusal.Split(err)
		require.NoError(t, err, name)
		require.Len(t, refusals, 1, name)
		code, path := codeAndPath(t, refusals[0])
		require.Equal(t, c.code, code, name)
		require.Equal(t, []string{"input", "changes", "2", c.field}, path, name)
	}

	after, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, before, *after, "all or none")
}

func codeAndPath(t testing.TB, r refusal.Refusal) (code string, path []string) {
	t.Helper()
	switch r := r.(type) {
	case refusal.InvalidInput:
		return r.Code, r.Path
	case sales.ProductNotFound:
		return r.Code, r.Path
	case sales.QuantityOutOfRange:
		require.Equal(t, sales.MaximumQuantity, r.MaximumQuantity)
		return r.Code, r.Path
	}
	require.FailNow(t, "unexpected refusal", "%T", r)
	return "", nil
}

func TestAllRefusalsAreReturned(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	tea := shop.Stock(t, 1290)
	_, err := shop.Change(t.Context(), ids.New("usr"), changes(add(tea, -1), add(tea, 1), add(ordertest.Product(1), 1)))
	refusals, err := refusal.Split(err)
	require.NoError(t, err)
	require.Len(t, refusals, 2)
	require.IsType(t, sales.QuantityOutOfRange{}, refusals[0])
	require.IsType(t, sales.ProductNotFound{}, refusals[1])
}

func TestTotalsOutOfRangeOrInTwoCurrenciesAreRefused(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	dear, cheap := shop.Stock(t, money.MaxMinor), shop.Stock(t, 1)
	dollars := ordertest.Product(100)
	dollars.Price.Currency = "USD"
	require.NoError(t, shop.Learn(t.Context(), dollars))

	full, err := shop.Change(t.Context(), user, changes(add(dear, 1)))
	require.NoError(t, err)
	for _, c := range []sales.Change{add(dear, 1), set(dear, 999), add(cheap, 1), add(dollars, 1)} {
		_, err := shop.Change(t.Context(), user, changes(c))
		refused := only[refusal.InvalidInput](t, err)
		require.Equal(t, []string{"input", "changes", "0", "quantity"}, refused.Path)
	}
	basket, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, full, *basket)

	changed, err := shop.Change(t.Context(), user, changes(remove(dear), add(dollars, 3)))
	require.NoError(t, err)
	require.Equal(t, money.Money{AmountMinor: 300, Currency: "USD"}, changed.Total)
	shop.Sound(t)
}

func TestAnOrderHoldsAtMostAHundredProducts(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	var many []sales.Change
	for range sales.MaximumItems {
		many = append(many, add(shop.Stock(t, 100), 1))
	}
	one := shop.Stock(t, 100)
	full, err := shop.Change(t.Context(), user, changes(many...))
	require.NoError(t, err)
	require.Len(t, full.Items, sales.MaximumItems)
	_, err = shop.Change(t.Context(), user, changes(add(one, 1)))
	only[refusal.InvalidInput](t, err)
	first := sales.Product{ID: full.Items[0].ProductID}
	swapped, err := shop.Change(t.Context(), user, changes(add(one, 1), remove(first)))
	require.NoError(t, err)
	require.Equal(t, one.ID, swapped.Items[sales.MaximumItems-1].ProductID)

	tooMany := make([]sales.Change, sales.MaximumChanges+1)
	for i := range tooMany {
		tooMany[i] = remove(one)
	}
	_, err = shop.Change(t.Context(), user, changes(tooMany...))
	require.Equal(t, []string{"input", "changes"}, only[refusal.InvalidInput](t, err).Path)
	shop.Sound(t)
}

func TestChangesOfAnUnexpectedVersionAreRefused(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	expect := func(version int) sales.Changes {
		return sales.Changes{ExpectedVersion: &version, Changes: []sales.Change{add(tea, 1)}}
	}
	_, err := shop.Change(t.Context(), user, expect(1))
	require.Nil(t, only[sales.VersionConflict](t, err).Order, "there is no basket to return")

	_, err = shop.Create(t.Context(), user, sales.NewOrder{})
	require.NoError(t, err)
	order, err := shop.Change(t.Context(), user, expect(1))
	require.NoError(t, err)
	_, err = shop.Change(t.Context(), user, expect(1))
	require.Equal(t, order, *only[sales.VersionConflict](t, err).Order)
}

func TestTheNewestDraftIsTheBasket(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	none, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Nil(t, none)

	older, err := shop.Create(t.Context(), user, sales.NewOrder{
		Name:  new("  For the office "),
		Items: []sales.Quantity{{tea.ID, 2}, {tea.ID, 3}},
	})
	require.NoError(t, err)
	require.Equal(t, "For the office", *older.Name)
	require.Equal(t, 5, older.TotalQuantity)
	newer, err := shop.Create(t.Context(), user, sales.NewOrder{})
	require.NoError(t, err)
	_, err = shop.Change(t.Context(), user, sales.Changes{OrderID: &older.ID, Changes: []sales.Change{add(tea, 1)}})
	require.NoError(t, err)
	basket, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, newer.ID, basket.ID, "the latest created, not the latest changed")
	require.NotEqual(t, older.Number, newer.Number)
	require.Regexp(t, `^[A-Z2-7]{5}-[A-Z2-7]{5}$`, newer.Number)
}

func TestBadDraftsAreNotCreated(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	for path, input := range map[string]sales.NewOrder{
		"input name":                {Name: new(strings.Repeat("é", 101))},
		"input items 0 quantity":    {Items: []sales.Quantity{{shop.Stock(t, 1).ID, 1_000_000}}},
		"input items":               {Items: make([]sales.Quantity, 1000)},
		"input items 0 productId":   {Items: []sales.Quantity{{"prd_", 1}}},
		"input name ":               {Name: new("two\nlines")},
		"input items 0 quantity   ": {Items: []sales.Quantity{{shop.Stock(t, 1).ID, 0}}},
	} {
		_, err := shop.Create(t.Context(), user, input)
		refusals, err := refusal.Split(err)
		require.NoError(t, err)
		_, at := codeAndPath(t, refusals[0])
		require.Equal(t, strings.TrimSpace(path), strings.Join(at, " "))
	}
	basket, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Nil(t, basket)
	blank, err := shop.Create(t.Context(), user, sales.NewOrder{Name: new("  ")})
	require.NoError(t, err)
	require.Nil(t, blank.Name)
}

// TestQuantitiesAreCapped uses a product of which one order can hold seven, and one without a
// maximum in the catalogue.
func TestQuantitiesAreCapped(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup := ordertest.Product(1290), ordertest.Product(500)
	tea.MaximumQuantity, cup.MaximumQuantity = 7, 0
	require.NoError(t, errors.Join(shop.Learn(t.Context(), tea), shop.Learn(t.Context(), cup)))
	capped := func(o sales.Order, want ...sales.QuantityCapped) {
		t.Helper()
		var got []sales.QuantityCapped
		for _, warning := range o.Warnings {
			require.IsType(t, sales.QuantityCapped{}, warning)
			got = append(got, warning.(sales.QuantityCapped))
		}
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, "QUANTITY_CAPPED", got[i].Code)
			want[i].Code, want[i].Message = got[i].Code, got[i].Message
		}
		require.Equal(t, want, got)
	}
	at := func(change string) refusal.Problem {
		return refusal.Problem{Path: []string{"input", "changes", change, "quantity"}}
	}

	order := fill(t, shop, user, add(cup, 990), add(tea, 5), add(tea, 3), add(cup, 10))
	_, quantities := contents(order)
	require.Equal(t, []int{999, 7}, quantities)
	capped(order, sales.QuantityCapped{at("2"), tea.ID, 8, 7}, sales.QuantityCapped{at("3"), cup.ID, 1000, 999})
	require.Equal(t, int64(999*500+7*1290), order.Total.AmountMinor)
	require.Nil(t, basket(t, shop, user).Warnings, "only the change returns warnings")

	again := fill(t, shop, user, set(tea, 999))
	require.Equal(t, order.Version, again.Version, "nothing changes, but the change is warned about")
	capped(again, sales.QuantityCapped{at("0"), tea.ID, 999, 7})

	created, err := shop.Create(t.Context(), user, sales.NewOrder{Items: []sales.Quantity{{tea.ID, 8}}})
	require.NoError(t, err)
	require.Equal(t, 7, created.TotalQuantity)
	capped(created, sales.QuantityCapped{refusal.Problem{Path: []string{"input", "items", "0", "quantity"}}, tea.ID, 8, 7})
	shop.Sound(t)
}

// TestCancelledItemsCanBeOrderedAgain cancels an order. The catalogue sends no message about
// that, and its last maximum did not include what the order held.
func TestCancelledItemsCanBeOrderedAgain(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	order, err := shop.Buy(t.Context(), user, placing(fill(t, shop, user, add(tea, 5))))
	require.NoError(t, err)
	tea.MaximumQuantity, tea.Version = 2, 2
	require.NoError(t, shop.Learn(t.Context(), tea))
	require.Equal(t, 2, fill(t, shop, user, set(tea, 7)).TotalQuantity)

	_, err = shop.Cancel(t.Context(), user, sales.Cancelling{OrderID: order.ID})
	require.NoError(t, err)
	now := fill(t, shop, user, set(tea, 7))
	require.Equal(t, 7, now.TotalQuantity)
	require.Empty(t, now.Warnings)
	shop.Sound(t)
}

func TestTheSameKeyChangesOnce(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	key := ids.New("key")
	keyed := func(input sales.Changes) sales.Changes {
		input.IdempotencyKey = &key
		return input
	}

	_, err := shop.Change(t.Context(), user, keyed(changes(add(ordertest.Product(1), 1))))
	only[sales.ProductNotFound](t, err)
	wish := keyed(changes(add(tea, 2))) // the refused change did not use up the key
	var clicks errgroup.Group
	for range 10 {
		clicks.Go(func() error {
			_, err := shop.Change(t.Context(), user, wish)
			return err
		})
	}
	require.NoError(t, clicks.Wait())

	_, err = shop.Change(t.Context(), user, changes(add(cup, 1)))
	require.NoError(t, err)
	again, err := shop.Change(t.Context(), user, wish)
	require.NoError(t, err)
	products, quantities := contents(again)
	require.Equal(t, []string{tea.ID, cup.ID}, products, "the order as it is now")
	require.Equal(t, []int{2, 1}, quantities)

	for _, other := range []sales.Changes{
		changes(add(tea, 3)), changes(set(tea, 2)), changes(add(cup, 2)), changes(add(tea, 2), remove(cup)),
		{Changes: wish.Changes, OrderID: &again.ID}, {Changes: wish.Changes, ExpectedVersion: &again.Version},
	} {
		_, err := shop.Change(t.Context(), user, keyed(other))
		only[sales.IdempotencyKeyReused](t, err)
	}
	for _, bad := range []string{"", "short", strings.Repeat("x", 129)} {
		_, err := shop.Change(t.Context(), user, sales.Changes{Changes: wish.Changes, IdempotencyKey: &bad})
		require.Equal(t, []string{"input", "idempotencyKey"}, only[refusal.InvalidInput](t, err).Path)
	}
	theirs, err := shop.Change(t.Context(), ids.New("usr"), wish)
	require.NoError(t, err, "keys belong to their user")
	require.NotEqual(t, again.ID, theirs.ID)

	shop.Clock.Set(shop.Clock.Now().AddDate(0, 0, 31))
	_, err = shop.Change(t.Context(), ids.New("usr"), keyed(changes(add(tea, 1)))) // deletes old keys
	require.NoError(t, err)
	order, err := shop.Change(t.Context(), user, wish)
	require.NoError(t, err)
	_, quantities = contents(order)
	require.Equal(t, []int{4, 1}, quantities, "a key from a month ago is forgotten")
	shop.Sound(t)
}
