package replies_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/replies"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

const patience = 20 * time.Second

// watched sends the id of each settled reply.
type watched struct {
	*sales.Service

	settled chan string
}

func (w watched) Settle(ctx context.Context, r sales.Reply) error {
	err := w.Service.Settle(ctx, r)
	if err == nil {
		w.settled <- r.OrderID
	}
	return err
}

func TestRepliesAreSettledAndInvalidOnesAreParked(t *testing.T) {
	t.Parallel()
	shop, log := ordertest.New(t), slog.New(slog.DiscardHandler)
	letters, err := deadletter.New(t.Context(), shop.DB, time.Now)
	require.NoError(t, err)
	server := natstest.Start(t)
	product, messages := server.Connect(t, "product"), server.Connect(t, "order")
	orders := watched{shop.Service, make(chan string, 10)}
	answers := replies.New(orders, log)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- answers.Follow(ctx, letters.Guard(messages, log, sales.ErrBadReply)) }()

	for id, data := range map[string]string{
		"1": `{`,
		"2": `{"kind":"eaten","orderId":"ord_1","attempt":1}`,
		"3": `{"kind":"rejected","orderId":"ord_1","attempt":1,"rejections":[{"reason":"OTHER_PRICE","product":{"id":"prd_1"}}]}`,
	} {
		publish(t, product, events.Rejected, id, data)
	}
	publish(t, product, events.Reserved, "5", `{"kind":"expired","orderId":"ord_1","attempt":1}`)
	publish(t, product, events.Expired, "4", `{"kind":"expired","orderId":"ord_2","attempt":1}`)
	select {
	case id := <-orders.settled:
		require.Equal(t, "ord_2", id, "invalid replies do not block the others")
	case <-time.After(patience):
		t.Fatal("no reply was settled")
	}
	var parked []deadletter.Letter
	require.Eventually(t, func() bool { // replies of other orders are handled concurrently
		parked, err = letters.List(t.Context())
		return err == nil && len(parked) == 4
	}, patience, 10*time.Millisecond)
	stop()
	require.NoError(t, <-ended)

	handlers := map[string]bus.Handler{events.StockReplies().Name: answers.Handle}
	for _, letter := range parked {
		require.Contains(t, letter.Reason, sales.ErrBadReply.Error())
		require.ErrorIs(t, letters.Retry(t.Context(), letter.ID, handlers), sales.ErrBadReply)
	}
}

// publish publishes as soon as the server accepts it.
func publish(t *testing.T, to *bus.Bus, kind events.StockKind, id, data string) {
	t.Helper()
	m := bus.Message{ID: id, Subject: events.StockSubject(kind), Data: []byte(data)}
	require.Eventually(t, func() bool { return to.Publish(t.Context(), m) == nil }, patience, 10*time.Millisecond)
}

// stuck never settles the replies of one order, and settles all others at once.
type stuck struct {
	entered chan struct{}
	settled chan string
}

func (s stuck) GiveUp(context.Context) error { return nil }

func (s stuck) Settle(ctx context.Context, r sales.Reply) error {
	if r.OrderID == "ord_slow" {
		s.entered <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	s.settled <- r.OrderID
	return nil
}

func TestAnOrderDoesNotWaitForTheRepliesOfAnother(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	server := natstest.Start(t)
	product, messages := server.Connect(t, "product"), server.Connect(t, "order")
	orders := stuck{make(chan struct{}, 10), make(chan string, 10)}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- replies.New(orders, log).Follow(ctx, messages) }()
	for id := range 6 {
		publish(t, product, events.Expired, fmt.Sprint(id), `{"kind":"expired","orderId":"ord_slow","attempt":1}`)
	}
	<-orders.entered
	publish(t, product, events.Expired, "quick", `{"kind":"expired","orderId":"ord_quick","attempt":1}`)
	select {
	case id := <-orders.settled:
		require.Equal(t, "ord_quick", id)
	case <-time.After(patience):
		t.Fatal("the order waits for the replies of another")
	}
	stop()
	require.NoError(t, <-ended)
}
