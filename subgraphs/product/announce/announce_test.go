package announce_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/resend"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/announce"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
)

const patience = 30 * time.Second

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// background runs functions until the test ends.
func background(t *testing.T, work ...func(context.Context) error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, run := range work {
		all.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { stop(); all.Wait() })
}

// publish runs the background work of the product service.
func publish(t *testing.T, shop *producttest.Shop, server *natstest.Server) {
	t.Helper()
	messages := server.Connect(t, "product")
	all := announce.Source{Catalogue: shop.Store, Outbox: shop.Outbox}
	keeper := resend.Keeper{Stream: events.Catalogue(), Holder: messages, Source: all, Log: discard()}
	background(t, outbox.NewRelay(shop.Outbox, messages, discard()).Run, keeper.Run)
}

// replica is another service's copy: the highest version of each product.
type replica struct {
	mutex sync.Mutex
	known map[string]events.ProductChanged
}

func follow(t *testing.T, server *natstest.Server) *replica {
	t.Helper()
	r := &replica{known: map[string]events.ProductChanged{}}
	messages := server.Connect(t, "order")
	background(t, func(ctx context.Context) error {
		return messages.Consume(ctx, events.ReadCatalogue(), r.take)
	})
	return r
}

func (r *replica) take(_ context.Context, m bus.Message) error {
	var changed events.ProductChanged
	if err := json.Unmarshal(m.Data, &changed); err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if changed.Version > r.known[changed.ID].Version {
		r.known[changed.ID] = changed
	}
	return nil
}

// eventually waits until the replica has this number of products, and this product as wanted.
func (r *replica) eventually(t *testing.T, count int, want events.ProductChanged) {
	t.Helper()
	require.Eventually(t, func() bool {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		return len(r.known) == count && r.known[want.ID] == want
	}, patience, 10*time.Millisecond)
}

func TestChangesReachAnotherService(t *testing.T) {
	t.Parallel()
	server, shop := natstest.Start(t), producttest.Seeded(t)
	other := follow(t, server)
	publish(t, shop, server)
	oil := find(t, shop, "olive-oil")
	want := events.ProductChanged{
		ID: oil.ID, SKU: "PN-1001", Slug: "olive-oil", Title: "Olive Oil, Early Harvest", PriceMinor: 1790,
		Currency: "EUR", TaxBasisPoints: 700, MaximumQuantity: 95, Active: true, Version: 1,
	}
	other.eventually(t, 48, want)

	_, err := shop.Service.Update(t.Context(), oil.ID, catalog.Change{
		Title: new("Olive Oil"), Price: &money.Money{AmountMinor: 1890, Currency: "EUR"}, Active: new(false),
	})
	require.NoError(t, err)
	want.Title, want.PriceMinor, want.Active, want.Version = "Olive Oil", 1890, false, 2
	other.eventually(t, 48, want)
	held, err := server.Connect(t, "product").Held(t.Context(), events.Catalogue())
	require.NoError(t, err)
	require.Equal(t, 48, held, "one message for each product")
}

func find(t *testing.T, shop *producttest.Shop, slug string) *catalog.Product {
	t.Helper()
	found, err := shop.Service.Product(t.Context(), nil, &slug)
	require.NoError(t, err)
	return found
}

// messageOf returns the message about a product.
func messageOf(p *catalog.Product) events.ProductChanged {
	return events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Slug: p.Slug, Title: p.Title, PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency,
		TaxBasisPoints: int64(p.TaxBasisPoints), MaximumQuantity: p.Stock().MaximumQuantity, Active: p.Active,
		Version: int64(p.Version),
	}
}

// TestALostStreamIsFilledAgain deletes all files of the server, and publishes one change to the
// new stream before the keeper checks it.
func TestALostStreamIsFilledAgain(t *testing.T) {
	t.Parallel()
	server, shop := natstest.Start(t), producttest.Seeded(t)
	publish(t, shop, server)
	oil := find(t, shop, "olive-oil")
	follow(t, server).eventually(t, 48, messageOf(oil))

	server.Stop()
	server.Forget(t)
	changed, err := shop.Service.Update(t.Context(), oil.ID, catalog.Change{Title: new("Oil")})
	require.NoError(t, err)
	server.Restart(t)
	follow(t, server).eventually(t, 48, messageOf(changed))
}

func TestTheServerMayStartLate(t *testing.T) {
	t.Parallel()
	server, shop := natstest.Start(t), producttest.Seeded(t)
	server.Stop()
	publish(t, shop, server)
	oil, err := shop.Service.Update(t.Context(), find(t, shop, "olive-oil").ID, catalog.Change{Title: new("Oil")})
	require.NoError(t, err, "changes do not wait for the server")
	server.Restart(t)
	follow(t, server).eventually(t, 48, messageOf(oil))
}
