package sales_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// watching returns the input to watch an order for the whole test.
func watching(user, orderID string) sales.Watching {
	return sales.Watching{By: user, UserID: user, OrderID: orderID, Holds: func() error { return nil }}
}

func watch(t testing.TB, service *sales.Service, w sales.Watching) <-chan *sales.Order {
	t.Helper()
	changes, err := service.Watch(t.Context(), w)
	require.NoError(t, err)
	return changes
}

func TestAWatchedOrderIsSentWithEachChange(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	draft := fill(t, shop, user, add(tea, 1))
	changes := watch(t, shop.Service, watching(user, draft.ID))
	require.Equal(t, draft.Version, (<-changes).Version)
	fill(t, shop, user, add(tea, 1))
	require.Equal(t, 2, (<-changes).TotalQuantity)
	_, err := shop.Delete(t.Context(), user, sales.Deleting{OrderID: draft.ID})
	require.NoError(t, err)
	require.Nil(t, <-changes, "the draft was deleted")
	_, more := <-changes
	require.False(t, more)

	others := watch(t, shop.Service, watching(ids.New("usr"), bought(t, shop, user).ID))
	require.Nil(t, <-others)
	_, more = <-others
	require.False(t, more)
}

// looking is a store that sends the requested parts of each read of orders.
type looking struct {
	sales.Store
	looks chan sales.Parts
}

func (l looking) Orders(ctx context.Context, f sales.Filter) ([]*sales.Order, error) {
	found, err := l.Store.Orders(ctx, f)
	l.looks <- f.With
	return found, err
}

// TestAWatchedOrderIsReadWholeOnlyWhenItHasChanged also reads once without a change; the timer
// may cause further reads.
func TestAWatchedOrderIsReadWholeOnlyWhenItHasChanged(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	store := looking{shop.Store, make(chan sales.Parts, 1000)}
	service := sales.NewService(store, shop.Clock.Now)
	change := func(c sales.Change) sales.Order {
		t.Helper()
		order, err := service.Change(t.Context(), user, changes(c))
		require.NoError(t, err)
		return order
	}
	draft := change(add(tea, 1))
	events := watch(t, service, watching(user, draft.ID))
	<-events
	require.Equal(t, sales.Parts{}, <-store.looks)
	require.Equal(t, sales.Whole(), <-store.looks)

	require.Equal(t, draft.Version, change(set(tea, 1)).Version)
	require.Equal(t, sales.Parts{}, <-store.looks)
	change(add(tea, 1))
	<-events
	whole := 0
	for len(store.looks) > 0 {
		if <-store.looks == sales.Whole() {
			whole++
		}
	}
	require.Equal(t, 1, whole)
}

func TestAUserWatchesAtMostTenOrders(t *testing.T) {
	t.Parallel()
	shop, user, other := ordertest.New(t), ids.New("usr"), ids.New("usr")
	order := bought(t, shop, user)
	ctx, leave := context.WithCancel(t.Context())
	first, err := shop.Watch(ctx, watching(user, order.ID))
	require.NoError(t, err)
	<-first
	for range sales.MaximumWatched - 1 {
		<-watch(t, shop.Service, watching(user, order.ID))
	}
	_, err = shop.Watch(t.Context(), watching(user, order.ID))
	require.ErrorIs(t, err, sales.ErrTooManyWatched)
	staff := watching(other, order.ID)
	staff.UserID = sales.Anybody
	require.Equal(t, order.ID, (<-watch(t, shop.Service, staff)).ID, "other users can still watch")

	leave()
	_, more := <-first
	require.False(t, more)
	require.Equal(t, order.ID, (<-watch(t, shop.Service, watching(user, order.ID))).ID)
}
