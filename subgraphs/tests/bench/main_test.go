package main

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	orderstore "github.com/trefoil-graph/trefoil/subgraphs/order/store"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	productstore "github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// TestFilledDatabasesAreSound checks the rows that bench writes without the services against the
// rules of the databases.
func TestFilledDatabasesAreSound(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2, 10_000} {
		catalogue := producttest.Seeded(t)
		require.NoError(t, runAll(t.Context(), catalogue.DB, products(size)))
		all, err := catalogue.Store.CountAll(t.Context())
		require.NoError(t, err)
		require.Equal(t, 48+size, all)
		findings, err := productstore.Audit(t.Context(), catalogue.DB)
		require.NoError(t, err)
		require.Empty(t, findings)

		shop := ordertest.New(t)
		require.NoError(t, runAll(t.Context(), shop.DB, orders(size)))
		findings, err = orderstore.Audit(t.Context(), shop.DB)
		require.NoError(t, err)
		require.Empty(t, findings)
	}
}

func TestWrongFlagsAreExplained(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	require.Equal(t, 2, run([]string{"-sizes", "1000,many"}, io.Discard, &stderr))
	require.Contains(t, stderr.String(), `"many"`)
	require.Equal(t, 2, run([]string{"-sizes", "1"}, io.Discard, io.Discard))
	require.Equal(t, 0, run([]string{"-h"}, io.Discard, io.Discard))
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	var m measured
	require.Zero(t, m.quantile(0.99))
	for i := range 100 {
		m.add(time.Duration(i), nil)
	}
	require.EqualValues(t, 50, m.quantile(0.5))
	require.EqualValues(t, 99, m.quantile(0.99))
	require.EqualValues(t, 99, m.quantile(1))
}
