package sales_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

func eur(amount int64) money.Money { return money.Money{AmountMinor: amount, Currency: "EUR"} }

// placing returns the input that places an order as it is, with a new key.
func placing(o sales.Order) sales.Placing {
	return sales.Placing{OrderID: &o.ID, ExpectedVersion: o.Version, IdempotencyKey: ids.New("key")}
}

// fill creates a basket with some items.
func fill(t testing.TB, shop *ordertest.Shop, user string, items ...sales.Change) sales.Order {
	t.Helper()
	order, err := shop.Change(t.Context(), user, changes(items...))
	require.NoError(t, err)
	return order
}

func TestPlacingConfirmsAndBills(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, book := ordertest.Product(1290), ordertest.Product(999)
	tea.TaxBasisPoints = 700
	require.NoError(t, errors.Join(shop.Learn(t.Context(), tea), shop.Learn(t.Context(), book)))
	draft := fill(t, shop, user, add(tea, 3), add(book, 1))

	order, err := shop.Buy(t.Context(), user, placing(draft))
	require.NoError(t, err)
	require.Equal(t, sales.Confirmed, order.Status)
	require.Equal(t, draft.Number, order.Number)
	require.Equal(t, draft.Items, order.Items)
	require.Equal(t, draft.Version+2, order.Version, "pending, then confirmed")
	require.True(t, order.PlacedAt.Before(order.UpdatedAt))

	invoice := *order.Invoice
	require.Equal(t, "2026-000001", invoice.Number())
	require.Equal(t, sales.Issued, invoice.Status)
	require.Equal(t, order.Total, invoice.Gross)
	require.Equal(t, []sales.InvoiceLine{
		{1, tea.SKU, tea.Title, 3, eur(1290), 700, eur(3617), eur(253), eur(3870)},
		{2, book.SKU, book.Title, 1, eur(999), 1900, eur(839), eur(160), eur(999)},
	}, invoice.Lines)
	require.Equal(t, []money.Money{eur(4456), eur(413), eur(4869)}, []money.Money{invoice.Net, invoice.Tax, invoice.Gross})

	stored, err := shop.Order(t.Context(), user, order.ID, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, order, *stored, "the answer equals the stored order")
	basket, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.Nil(t, basket)
	shop.Sound(t)
}

func TestPlacingIsRefused(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	key := ids.New("key")
	place := func(p sales.Placing) error {
		_, err := shop.Buy(t.Context(), user, p)
		return err
	}

	only[sales.OrderNotFound](t, place(sales.Placing{IdempotencyKey: key}))
	for _, id := range []string{"", "ord_x", ids.New("ord"), user, "ord_" + strings.Repeat("0", 1<<16)} {
		only[sales.OrderNotFound](t, place(sales.Placing{OrderID: &id, IdempotencyKey: key}))
	}
	for _, bad := range []string{"", "1234567", strings.Repeat("é", 129), strings.Repeat("\xff", 8)} {
		refused := only[refusal.InvalidInput](t, place(sales.Placing{IdempotencyKey: bad}))
		require.Equal(t, []string{"input", "idempotencyKey"}, refused.Path)
	}
	empty := fill(t, shop, user)
	only[sales.OrderEmpty](t, place(placing(empty)))

	draft := fill(t, shop, user, add(tea, 1))
	require.Equal(t, draft, *only[sales.VersionConflict](t, place(placing(empty))).Order)

	tea.Active, tea.Version = false, 2
	require.NoError(t, shop.Learn(t.Context(), tea))
	require.Equal(t, tea.ID, only[sales.ProductUnavailable](t, place(placing(draft))).ProductID)
	tea.Active, tea.Version = true, 3
	require.NoError(t, shop.Learn(t.Context(), tea))

	again := placing(draft)
	again.IdempotencyKey = key // the placing was refused, so the key is still free
	require.NoError(t, place(again))
	require.Equal(t, sales.Confirmed, only[sales.OrderNotEditable](t, place(placing(draft))).Status)
	_, err := shop.Change(t.Context(), user, sales.Changes{OrderID: &draft.ID, Changes: []sales.Change{add(tea, 1)}})
	only[sales.OrderNotEditable](t, err)
	shop.Sound(t)
}

func TestAKeyPlacesOnce(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	draft := fill(t, shop, user, add(tea, 1))
	wish := placing(draft)
	wish.OrderID = nil // the basket, which is gone at the second request
	first, err := shop.Buy(t.Context(), user, wish)
	require.NoError(t, err)
	second, err := shop.Buy(t.Context(), user, wish)
	require.NoError(t, err)
	require.Equal(t, first, second)

	next := fill(t, shop, user, add(tea, 2))
	for _, other := range []sales.Placing{
		{ExpectedVersion: wish.ExpectedVersion + 1},
		{ExpectedVersion: wish.ExpectedVersion, OrderID: &next.ID},
	} {
		other.IdempotencyKey = wish.IdempotencyKey
		_, err := shop.Buy(t.Context(), user, other)
		only[sales.IdempotencyKeyReused](t, err)
	}

	stranger := ids.New("usr")
	theirs := placing(fill(t, shop, stranger, add(tea, 1)))
	theirs.IdempotencyKey = wish.IdempotencyKey
	order, err := shop.Buy(t.Context(), stranger, theirs)
	require.NoError(t, err, "keys belong to their user")
	require.NotEqual(t, first.ID, order.ID)
	shop.Sound(t)
}

func TestDoubleClicksPlaceOneOrder(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	wish := placing(fill(t, shop, user, add(shop.Stock(t, 1290), 1)))
	var clicks errgroup.Group
	var mu sync.Mutex
	placed := map[string]int{}
	for range 20 {
		clicks.Go(func() error {
			order, err := shop.Buy(t.Context(), user, wish)
			mu.Lock()
			defer mu.Unlock()
			placed[order.Invoice.Number()]++
			return err
		})
	}
	require.NoError(t, clicks.Wait())
	require.Equal(t, map[string]int{"2026-000001": 20}, placed)
	shop.Sound(t)
}

func TestTwoTabsPlaceOneOrder(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	draft := fill(t, shop, user, add(shop.Stock(t, 1290), 1))
	outcomes := make(chan error, 10)
	for range cap(outcomes) {
		go func() {
			_, err := shop.Buy(t.Context(), user, placing(draft)) // each tab has its own key
			outcomes <- err
		}()
	}
	placed := 0
	for range cap(outcomes) {
		err := <-outcomes
		if err == nil {
			placed++
			continue
		}
		only[sales.OrderNotEditable](t, err)
	}
	require.Equal(t, 1, placed)
	shop.Sound(t)
}

func TestInvoiceNumbersHaveNoGapsUnderConcurrency(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	tea, gone := shop.Stock(t, 1290), shop.Stock(t, 100)
	var buyers errgroup.Group
	buyers.SetLimit(8)
	for n := range 40 {
		user := ids.New("usr")
		draft := fill(t, shop, user, add(tea, 1+n))
		buyers.Go(func() error {
			wrong := placing(draft)
			wrong.ExpectedVersion++
			if _, err := shop.Buy(t.Context(), user, wrong); err == nil {
				return errors.New("an order with an old version was placed")
			}
			if _, err := shop.Buy(t.Context(), user, placing(draft)); err != nil {
				return fmt.Errorf("place: %w", err)
			}
			return nil
		})
	}
	require.NoError(t, buyers.Wait())
	last := ids.New("usr")
	order, err := shop.Buy(t.Context(), last, placing(fill(t, shop, last, add(gone, 1))))
	require.NoError(t, err)
	require.Equal(t, "2026-000041", order.Invoice.Number())
	shop.Sound(t)
}

func TestInvoiceNumbersStartFromOneEachYear(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	var numbers []string
	for _, at := range []time.Time{
		time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(2027, 1, 1, 0, 59, 59, 0, time.FixedZone("UTC+1", 3600)),
		time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC),
	} {
		draft := fill(t, shop, user, add(tea, 1))
		shop.Clock.Set(at)
		order, err := shop.Buy(t.Context(), user, placing(draft))
		require.NoError(t, err)
		numbers = append(numbers, order.Invoice.Number())
	}
	require.Equal(t, []string{"2026-000001", "2026-000002", "2027-000001", "2027-000002"}, numbers)
	shop.Sound(t)
}
