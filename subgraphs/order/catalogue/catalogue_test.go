package catalogue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// feed keeps the shop's replica up to date until the test ends or stop is called.
func feed(t testing.TB, server *natstest.Server, shop *ordertest.Shop) (stop func()) {
	t.Helper()
	from := server.Connect(t, "order")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	guarded := box(t, shop).Guard(from, slog.New(slog.DiscardHandler), sales.ErrBadProduct)
	go func() { done <- catalogue.Feed(ctx, guarded, shop.Service) }()
	ended := false
	stop = func() {
		cancel()
		if !ended {
			require.NoError(t, <-done)
			ended = true
		}
	}
	t.Cleanup(stop)
	return stop
}

// box returns the box where the shop parks messages that it cannot handle.
func box(t testing.TB, shop *ordertest.Shop) *deadletter.Box {
	t.Helper()
	letters, err := deadletter.New(t.Context(), shop.DB, time.Now)
	require.NoError(t, err)
	return letters
}

// parked waits until the box holds n messages, and returns them. Messages are handled concurrently,
// so a later message can be handled while earlier ones are still being parked.
func parked(t testing.TB, shop *ordertest.Shop, n int) []deadletter.Letter {
	t.Helper()
	var letters []deadletter.Letter
	require.Eventually(t, func() bool {
		var err error
		letters, err = box(t, shop).List(t.Context())
		return err == nil && len(letters) == n
	}, 20*time.Second, 10*time.Millisecond)
	return letters
}

// publishProduct publishes a product as soon as the server accepts it.
func publishProduct(t testing.TB, to *bus.Bus, p sales.Product) {
	t.Helper()
	data, err := json.Marshal(events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Title: p.Title, PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency,
		TaxBasisPoints: int64(p.TaxBasisPoints), MaximumQuantity: p.MaximumQuantity, Active: p.Active, Version: p.Version,
	})
	require.NoError(t, err)
	publish(t, to, bus.Message{ID: fmt.Sprintf("%s-%d", p.ID, p.Version), Subject: events.ProductSubject(p.ID), Data: data})
}

func publish(t testing.TB, to *bus.Bus, m bus.Message) {
	t.Helper()
	require.Eventually(t, func() bool { return to.Publish(t.Context(), m) == nil }, 10*time.Second, 10*time.Millisecond)
}

// sells waits until the shop sells a product at a price. Each try uses a new basket.
func sells(t testing.TB, shop *ordertest.Shop, p sales.Product, price int64) {
	t.Helper()
	one := 1
	require.Eventually(t, func() bool {
		order, err := shop.Change(t.Context(), ids.New("usr"), sales.Changes{
			Changes: []sales.Change{{Action: sales.Add, ProductID: p.ID, Quantity: &one}},
		})
		return err == nil && order.Total.AmountMinor == price
	}, 20*time.Second, 10*time.Millisecond)
}

func TestTheReplicaFollowsTheStream(t *testing.T) {
	t.Parallel()
	server, shop := natstest.Start(t), ordertest.New(t)
	product := server.Connect(t, "product")
	tea, cup := ordertest.Product(1290), ordertest.Product(500)
	publishProduct(t, product, tea) // before Feed starts
	feed(t, server, shop)
	sells(t, shop, tea, 1290)

	publish(t, product, bus.Message{ID: "1", Subject: events.ProductSubject("x"), Data: []byte("{")})
	publish(t, product, bus.Message{ID: "2", Subject: events.ProductSubject("y"), Data: []byte(`{"id":"y","version":"1"}`)})
	publish(t, product, bus.Message{ID: "3", Subject: events.ProductSubject("z"), Data: []byte(`{"id":"z","version":0}`)})
	publishProduct(t, product, cup)
	sells(t, shop, cup, 500) // invalid messages do not block the others
	letters := parked(t, shop, 3)
	handlers := map[string]bus.Handler{events.Catalogue().Name: catalogue.Handler(shop.Service)}
	require.ErrorIs(t, box(t, shop).Retry(t.Context(), letters[2].ID, handlers), sales.ErrBadProduct)

	user, one := ids.New("usr"), 1
	_, err := shop.Change(t.Context(), user, sales.Changes{Changes: []sales.Change{{Action: sales.Add, ProductID: tea.ID, Quantity: &one}}})
	require.NoError(t, err)
	tea.Version, tea.Price.AmountMinor = 2, 1000
	publishProduct(t, product, tea)
	sells(t, shop, tea, 1000)
	basket, err := shop.Basket(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	require.EqualValues(t, 1000, basket.Total.AmountMinor)
	require.Equal(t, 2, basket.Version)
	shop.Sound(t)
}

// Drafts with many products follow them all although several are learned concurrently: the totals
// are correct.
func TestConcurrentProductChangesKeepTotalsCorrect(t *testing.T) {
	t.Parallel()
	server, shop := natstest.Start(t), ordertest.New(t)
	product := server.Connect(t, "product")
	feed(t, server, shop)
	const drafts, versions = 5, 6
	products := make([]sales.Product, 8)
	changes, one, total := sales.Changes{}, 1, int64(0)
	for i := range products {
		products[i] = shop.Stock(t, int64(100*i+100))
		changes.Changes = append(changes.Changes, sales.Change{Action: sales.Add, ProductID: products[i].ID, Quantity: &one})
	}
	users := make([]string, drafts)
	for i := range users {
		users[i] = ids.New("usr")
		_, err := shop.Change(t.Context(), users[i], changes)
		require.NoError(t, err)
	}
	for version := int64(2); version <= versions; version++ {
		for _, p := range products {
			p.Version, p.Price.AmountMinor = version, p.Price.AmountMinor+version
			publishProduct(t, product, p)
		}
	}
	for _, p := range products {
		total += p.Price.AmountMinor + versions
	}
	for _, user := range users {
		require.Eventually(t, func() bool {
			basket, err := shop.Basket(t.Context(), user, sales.Whole())
			return err == nil && basket.Total.AmountMinor == total
		}, 20*time.Second, 10*time.Millisecond)
	}
	shop.Sound(t)
}

func TestTheReplicaServesWithoutTheServer(t *testing.T) {
	t.Parallel()
	server, shop := natstest.Start(t), ordertest.New(t)
	product := server.Connect(t, "product")
	tea := ordertest.Product(1290)
	publishProduct(t, product, tea)
	feed(t, server, shop)
	sells(t, shop, tea, 1290)

	server.Stop()
	sells(t, shop, tea, 1290)

	server.Forget(t) // the streams are gone; product publishes everything again
	server.Restart(t)
	tea.Version, tea.Price.AmountMinor = 2, 900
	publishProduct(t, product, tea)
	sells(t, shop, tea, 900)
}

func TestAFreshReplicaIsFilledFromTheStream(t *testing.T) {
	t.Parallel()
	server, first := natstest.Start(t), ordertest.New(t)
	tea := ordertest.Product(1290)
	publishProduct(t, server.Connect(t, "product"), tea)
	stop := feed(t, server, first)
	sells(t, first, tea, 1290)
	stop()

	second := ordertest.New(t) // a new database; the server does not know the first one
	feed(t, server, second)
	sells(t, second, tea, 1290)
}
