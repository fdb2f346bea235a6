package sales_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

func TestOrdersOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	shop, mine, theirs := ordertest.New(t), ids.New("usr"), ids.New("usr")
	tea := shop.Stock(t, 1290)
	order, err := shop.Buy(t.Context(), mine, placing(fill(t, shop, mine, add(tea, 1))))
	require.NoError(t, err)
	draft := fill(t, shop, mine, add(tea, 1))

	wanted := []string{draft.ID, "nonsense", order.ID, ids.New("ord"), draft.ID}
	found, err := shop.OrdersByID(t.Context(), mine, wanted, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, []*sales.Order{&draft, nil, &order, nil, &draft}, found)
	invoices, err := shop.InvoicesByID(t.Context(), mine, []string{order.ID, order.Invoice.ID})
	require.NoError(t, err)
	require.Equal(t, []*sales.Invoice{nil, order.Invoice}, invoices)

	found, err = shop.OrdersByID(t.Context(), theirs, wanted, sales.Whole())
	require.NoError(t, err)
	require.Equal(t, make([]*sales.Order, len(wanted)), found)
	invoices, err = shop.InvoicesByID(t.Context(), theirs, []string{order.Invoice.ID})
	require.NoError(t, err)
	require.Equal(t, []*sales.Invoice{nil}, invoices)
	none, err := shop.Basket(t.Context(), theirs, sales.Whole())
	require.NoError(t, err)
	require.Nil(t, none)
	page, err := shop.Placed(t.Context(), theirs, sales.Listing{First: 10, Counted: true})
	require.NoError(t, err)
	require.Empty(t, page.Nodes)
	require.Zero(t, page.TotalCount)

	_, err = shop.Change(t.Context(), theirs, sales.Changes{OrderID: &draft.ID, Changes: []sales.Change{remove(tea)}})
	only[sales.OrderNotFound](t, err)
	_, err = shop.Buy(t.Context(), theirs, placing(draft))
	only[sales.OrderNotFound](t, err)
	require.Equal(t, draft, basket(t, shop, mine))
}

func TestPlacedOrdersArePagedNewestFirst(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	var placed []string
	for n := range 7 {
		draft := fill(t, shop, user, add(tea, 1+n))
		shop.Settled(t)                                                 // now only the test reads the clock
		shop.Clock.Set(time.Date(2026, 2, 1+n/3, 0, 0, 0, 0, time.UTC)) // several at the same time
		order, err := shop.Buy(t.Context(), user, placing(draft))
		require.NoError(t, err)
		placed = append(placed, order.ID)
	}
	slices.Reverse(placed)
	fill(t, shop, user, add(tea, 1)) // a draft, which the list leaves out

	for size := 1; size <= 8; size++ {
		var seen []string
		var after *string
		for more := true; more; {
			page, err := shop.Placed(t.Context(), user, sales.Listing{First: size, After: after})
			require.NoError(t, err)
			require.Equal(t, after != nil, page.PageInfo.HasPreviousPage)
			require.Len(t, page.Edges(), len(page.Nodes))
			require.Equal(t, *page.PageInfo.StartCursor, page.Edges()[0].Cursor)
			for _, order := range page.Nodes {
				seen = append(seen, order.ID)
			}
			after, more = page.PageInfo.EndCursor, page.PageInfo.HasNextPage
		}
		require.Equal(t, placed, seen, "size %d", size)
	}
	none, err := shop.Placed(t.Context(), user, sales.Listing{Counted: true})
	require.NoError(t, err)
	require.Empty(t, none.Nodes)
	require.True(t, none.PageInfo.HasNextPage)
	require.Equal(t, 7, none.TotalCount)
}

func TestInvalidPagesAreRefused(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	for _, first := range []int{-1, 101, 1 << 40} {
		_, err := shop.Placed(t.Context(), ids.New("usr"), sales.Listing{First: first})
		require.ErrorAs(t, err, new(*apierror.Error))
	}
	for _, after := range []string{"", "x", "MSBv", "Kg==", "MDEgb3JkXzA"} {
		_, err := shop.Placed(t.Context(), ids.New("usr"), sales.Listing{First: 1, After: &after})
		require.ErrorAs(t, err, new(*apierror.Error), after)
	}
}

func FuzzCursor(f *testing.F) {
	shop := ordertest.New(f)
	for _, seed := range []string{"", "MSBv", "!", keyset.Position{Number: 1, ID: ids.New("ord")}.Cursor("PLACED")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, after string) {
		page, err := shop.Placed(t.Context(), ids.New("usr"), sales.Listing{First: 1, After: &after})
		if err != nil {
			require.ErrorAs(t, err, new(*apierror.Error))
			return
		}
		require.Empty(t, page.Nodes)
	})
}
