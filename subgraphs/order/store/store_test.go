package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "schema")
}

func TestAnOrderIsStoredOnlyOnTheVersionBefore(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	orders := shop.Store
	draft, err := shop.Create(t.Context(), user, sales.NewOrder{})
	require.NoError(t, err)
	save := func(version int) error {
		draft.Version = version
		return orders.Write(t.Context(), func(ctx context.Context, tx sales.Tx) error { return tx.Save(ctx, draft) })
	}
	require.ErrorIs(t, save(1), store.ErrVersion)
	require.ErrorIs(t, save(3), store.ErrVersion)
	require.NoError(t, save(2))
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	shop := shopWithOrders(t)
	orders := shop.Store
	failure := errors.New("the power is gone")
	err := orders.Write(t.Context(), func(ctx context.Context, tx sales.Tx) error {
		sequence, err := tx.NextInvoice(ctx, 2026)
		require.NoError(t, err)
		require.Equal(t, 3, sequence)
		return failure
	})
	require.ErrorIs(t, err, failure)
	shop.Sound(t) // the counter is not raised
}

func TestAFilterWithoutIDsFindsNothing(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	orders := shop.Store
	before := shop.DB.Statements()
	found, err := orders.Orders(t.Context(), sales.Filter{UserID: ids.New("usr"), IDs: []string{}, With: sales.Whole()})
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, before, shop.DB.Statements())
}
