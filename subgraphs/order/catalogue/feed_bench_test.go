package catalogue_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// BenchmarkFeed fills a replica from the stream (new), and reads the stream with a replica that
// has all products (known). One operation is one product. Set -benchtime to a number of products,
// such as 10000x.
func BenchmarkFeed(b *testing.B) {
	b.Run("new", func(b *testing.B) {
		catchUp(b, 1)
	})
	b.Run("known", func(b *testing.B) {
		catchUp(b, 2)
	})
}

// catchUp feeds a replica from a stream of b.N products a number of times, and measures the last.
func catchUp(b *testing.B, times int) {
	b.Helper()
	server, shop := natstest.Start(b), ordertest.New(b)
	product := server.Connect(b, "product")
	for n := range b.N {
		p := ordertest.Product(1290)
		p.SKU += strconv.Itoa(n)
		publishProduct(b, product, p)
	}
	for range times {
		b.ResetTimer()
		last := ordertest.Product(1290)
		publishProduct(b, product, last)
		stop := feed(b, server, shop)
		require.Eventually(b, func() bool { return knows(b, shop, last) }, time.Hour, time.Millisecond)
		stop()
	}
}

func knows(b *testing.B, shop *ordertest.Shop, p sales.Product) bool {
	b.Helper()
	known, err := shop.Store.Knows(b.Context(), p.ID, p.Version)
	require.NoError(b, err)
	return known
}
