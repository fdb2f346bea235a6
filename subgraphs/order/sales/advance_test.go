package sales_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// bought returns an order whose items the stock has committed.
func bought(t testing.TB, shop *ordertest.Shop, user string) sales.Order {
	t.Helper()
	order, err := shop.Buy(t.Context(), user, placing(fill(t, shop, user, add(shop.Stock(t, 1290), 1))))
	require.NoError(t, err)
	shop.Settled(t)
	return order
}

func TestStaffAdvancesOrdersToDelivery(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	order := bought(t, shop, user)
	for _, status := range []sales.Status{sales.Processing, sales.Shipped, sales.Delivered} {
		before := order.Version
		var err error
		order, err = shop.Advance(t.Context(), sales.Advancing{OrderID: order.ID, ExpectedVersion: before, Status: status})
		require.NoError(t, err)
		require.Equal(t, status, order.Status)
		_, err = shop.Advance(t.Context(), sales.Advancing{OrderID: order.ID, ExpectedVersion: before, Status: status})
		require.Equal(t, order.Version, only[sales.VersionConflict](t, err).Order.Version, "a double click is one step")
		shop.Sound(t)
	}
	seen, err := shop.Order(t.Context(), user, order.ID, sales.Whole())
	require.NoError(t, err)
	var history []sales.Status
	for _, event := range seen.History {
		history = append(history, event.Status)
	}
	require.Equal(t, []sales.Status{sales.Pending, sales.Confirmed, sales.Processing, sales.Shipped, sales.Delivered}, history)
	require.Equal(t, sales.Issued, seen.Invoice.Status)
}

func TestOnlyTheNextStatusIsAllowed(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	draft := fill(t, shop, user, add(shop.Stock(t, 100), 1))
	confirmed := bought(t, shop, ids.New("usr"))
	for _, c := range []struct {
		order   sales.Order
		to      sales.Status
		allowed []sales.Status
	}{
		{draft, sales.Confirmed, nil},
		{draft, sales.Cancelled, nil},
		{confirmed, sales.Shipped, []sales.Status{sales.Processing, sales.Cancelled}},
		{confirmed, sales.Draft, []sales.Status{sales.Processing, sales.Cancelled}},
	} {
		_, err := shop.Advance(t.Context(), sales.Advancing{OrderID: c.order.ID, ExpectedVersion: c.order.Version, Status: c.to})
		require.Equal(t, c.allowed, only[sales.StatusNotAllowed](t, err).Allowed)
	}
}

func TestStaffCancelsOrdersUntilTheyAreShipped(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	order := bought(t, shop, user)
	order, err := shop.Advance(t.Context(), sales.Advancing{OrderID: order.ID, ExpectedVersion: order.Version, Status: sales.Processing})
	require.NoError(t, err)
	_, err = shop.Cancel(t.Context(), user, sales.Cancelling{OrderID: order.ID})
	only[sales.OrderNotCancellable](t, err)
	order, err = shop.Advance(t.Context(), sales.Advancing{OrderID: order.ID, ExpectedVersion: order.Version, Status: sales.Cancelled})
	require.NoError(t, err)
	require.Equal(t, sales.InvoiceCancelled, order.Invoice.Status)
	shop.Sound(t)
}

// TestAnOrderIsNotPackedBeforeTheStockCommits uses a stock that is silent after it reserved.
func TestAnOrderIsNotPackedBeforeTheStockCommits(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	order := bought(t, shop, user)
	shop.AskAgain(t, order, sales.AskCommit)
	_, err := shop.Advance(t.Context(), sales.Advancing{OrderID: order.ID, ExpectedVersion: order.Version, Status: sales.Processing})
	only[sales.StockUnreachable](t, err)
}

func TestListsAreFiltered(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	first := bought(t, shop, user)
	shop.Clock.Set(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	second := bought(t, shop, user)
	second, err := shop.Cancel(t.Context(), user, sales.Cancelling{OrderID: second.ID})
	require.NoError(t, err)
	others := bought(t, shop, ids.New("usr"))
	march, text := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), func(s string) *string { return &s }
	for _, c := range []struct {
		name string
		of   string
		sales.Conditions
		found []string
	}{
		{"all", user, sales.Conditions{}, []string{second.ID, first.ID}},
		{"everybody's", sales.Anybody, sales.Conditions{}, []string{others.ID, second.ID, first.ID}},
		{"cancelled", user, sales.Conditions{Statuses: []sales.Status{sales.Cancelled}}, []string{second.ID}},
		{"everybody's cancelled", sales.Anybody, sales.Conditions{Statuses: []sales.Status{sales.Cancelled}}, []string{second.ID}},
		{"everybody's of several", sales.Anybody, sales.Conditions{Statuses: []sales.Status{sales.Confirmed, sales.Cancelled, sales.Confirmed}},
			[]string{others.ID, second.ID, first.ID}},
		{"everybody's of no status", sales.Anybody, sales.Conditions{Statuses: []sales.Status{}}, nil},
		{"of a status with words", sales.Anybody, sales.Conditions{Statuses: []sales.Status{sales.Cancelled}, Search: text("thing")}, []string{second.ID}},
		{"of no status", user, sales.Conditions{Statuses: []sales.Status{}}, nil},
		{"since March", user, sales.Conditions{PlacedFrom: &march}, []string{second.ID}},
		{"before March", user, sales.Conditions{PlacedBefore: &march}, []string{first.ID}},
		{"by number", sales.Anybody, sales.Conditions{Search: text(first.Number)}, []string{first.ID}},
		{"by title", user, sales.Conditions{Search: text("for tHING 12")}, []string{second.ID, first.ID}},
		{"by SKU", user, sales.Conditions{Search: text(first.Items[0].SKU)}, []string{first.ID}},
		{"by a part of the number", user, sales.Conditions{Search: text(strings.ToLower(first.Number[:9]))}, []string{first.ID}},
		{"within a word", user, sales.Conditions{Search: text("hing")}, nil},
		{"by words, one of which is missing", user, sales.Conditions{Search: text("thing coffee")}, nil},
		{"by nothing", user, sales.Conditions{Search: text(" ")}, []string{second.ID, first.ID}},
		{"by punctuation", user, sales.Conditions{Search: text("%")}, nil},
	} {
		page, err := shop.Placed(t.Context(), c.of, sales.Listing{First: 10, Where: c.Conditions, Counted: true})
		require.NoError(t, err)
		var found []string
		for _, order := range page.Nodes {
			found = append(found, order.ID)
		}
		require.Equal(t, c.found, found, c.name)
		require.Equal(t, len(c.found), page.TotalCount, c.name)
	}
}

// TestOrdersAreFoundByTheirWordsAsTheyWerePlaced searches for words of users' orders, as the
// buyer and as staff. Each search has a word of six or more characters, because another order's
// random number or SKU can begin with a shorter one.
func TestOrdersAreFoundByTheirWordsAsTheyWerePlaced(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := ordertest.Product(1290)
	tea.Title, tea.SKU = "Grüner TEE 1000000 %", "Ä-7654321"
	require.NoError(t, shop.Learn(t.Context(), tea))
	draft, err := shop.Create(t.Context(), user, sales.NewOrder{
		Name: new("Ölkännchen für Urahnen"), Items: []sales.Quantity{{tea.ID, 1}},
	})
	require.NoError(t, err)
	bought(t, shop, ids.New("usr")) // another user has an order too

	finds := func(search string, want ...string) {
		t.Helper()
		for _, of := range []string{user, sales.Anybody} {
			page, err := shop.Placed(t.Context(), of, sales.Listing{First: 10, Where: sales.Conditions{Search: &search}, Counted: true})
			require.NoError(t, err)
			var found []string
			for _, order := range page.Nodes {
				found = append(found, order.ID)
			}
			require.Equal(t, want, found, "%q", search)
			require.Equal(t, len(want), page.TotalCount)
		}
	}
	finds("Ölkännchen") // a draft is not found
	shop.Refuse(t, true)
	draft, err = shop.Buy(t.Context(), user, placing(draft))
	require.NoError(t, err)
	finds("Ölkännchen") // nor is a refused order
	shop.Refuse(t, false)
	name := "Ölkännchen für Großmama"
	draft, err = shop.Rename(t.Context(), user, sales.Renaming{OrderID: draft.ID, Name: &name})
	require.NoError(t, err)
	_, err = shop.Buy(t.Context(), user, placing(draft))
	require.NoError(t, err)
	for _, search := range []string{
		"Ölkännchen", "ölkännch", "ÖLKÄNNCHEN", "o\u0308lkännchen",
		"GRÜNER tee", "gruner", "ä-7654321", "Ä-765432", "1000000 %",
	} {
		finds(search, draft.ID)
	}
	finds("Urahnen")
	shop.Sound(t)

	for _, search := range []string{strings.Repeat("x", 201), strings.Repeat("x ", 17)} {
		_, err := shop.Placed(t.Context(), user, sales.Listing{First: 10, Where: sales.Conditions{Search: &search}})
		require.ErrorAs(t, err, new(*apierror.Error))
	}
}

// TestStaffPagesThroughStatuses reads all orders of two statuses, with pages of any size.
func TestStaffPagesThroughStatuses(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	var want []string
	for n := range 7 {
		user := ids.New("usr")
		order := bought(t, shop, user)
		if n%3 == 0 {
			_, err := shop.Cancel(t.Context(), user, sales.Cancelling{OrderID: order.ID})
			require.NoError(t, err)
		}
		if n%3 == 1 { // gets a third status
			_, err := shop.Advance(t.Context(), sales.Advancing{OrderID: order.ID, ExpectedVersion: order.Version, Status: sales.Processing})
			require.NoError(t, err)
			continue
		}
		want = append([]string{order.ID}, want...)
	}
	where := sales.Conditions{Statuses: []sales.Status{sales.Confirmed, sales.Cancelled}}
	for size := 1; size <= 6; size++ {
		var seen []string
		var after *string
		for more := true; more; {
			page, err := shop.Placed(t.Context(), sales.Anybody, sales.Listing{First: size, After: after, Where: where, Counted: true})
			require.NoError(t, err)
			require.Equal(t, len(want), page.TotalCount)
			for _, order := range page.Nodes {
				seen = append(seen, order.ID)
			}
			after, more = page.PageInfo.EndCursor, page.PageInfo.HasNextPage
		}
		require.Equal(t, want, seen, "size %d", size)
	}
}
