package stockcommands_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stockcommands"
)

const patience = 20 * time.Second

// counter is a handler on a real bus, with its shop.
type counter struct {
	*producttest.Shop

	tea     catalog.Product
	handler stockcommands.Handler
	letters *deadletter.Box
	bus     *bus.Bus
}

func open(t *testing.T) *counter {
	t.Helper()
	shelf := producttest.Shelf("kitchen", producttest.Priced("Tea", 500))
	c := &counter{Shop: producttest.Stocked(t, shelf), tea: shelf.Items[0].Product}
	log := slog.New(slog.DiscardHandler)
	c.handler = stockcommands.New(stock.NewService(c.Store, time.Now), log)
	letters, err := deadletter.New(t.Context(), c.DB, time.Now)
	require.NoError(t, err)
	server := natstest.Start(t)
	messages := server.Connect(t, "product")
	c.letters, c.bus = letters, server.Connect(t, "order")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.handler.Serve(ctx, letters.Guard(messages, log, stock.ErrBadCommand)) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-ended) })
	return c
}

// send sends a command as soon as the server accepts it.
func (c *counter) send(t *testing.T, kind events.StockKind, data []byte) {
	t.Helper()
	m := bus.Message{ID: ids.New("msg"), Subject: events.StockSubject(kind), Data: data}
	require.Eventually(t, func() bool { return c.bus.Publish(t.Context(), m) == nil }, patience, 10*time.Millisecond)
}

// answers waits for a number of replies and returns their kinds.
func (c *counter) answers(t *testing.T, count int) (subjects []string) {
	t.Helper()
	require.Eventually(t, func() bool {
		err := c.DB.Read().SelectContext(t.Context(), &subjects, "SELECT subject FROM outbox WHERE subject LIKE 'stock.%' ORDER BY position")
		return err == nil && len(subjects) == count
	}, patience, 10*time.Millisecond)
	return subjects
}

func encoded(t *testing.T, c events.StockCommand) []byte {
	t.Helper()
	data, err := json.Marshal(c)
	require.NoError(t, err)
	return data
}

func TestCommandsAreAnsweredAndMalformedOnesParked(t *testing.T) {
	t.Parallel()
	c, order := open(t), ids.New("ord")
	reserve := events.StockCommand{Kind: events.Reserve, OrderID: order, Attempt: 1, Items: []events.StockItem{
		{ProductID: c.tea.ID, Quantity: 3, PriceMinor: 500, Currency: "EUR"},
	}}
	c.send(t, events.Reserve, []byte("{"))
	c.send(t, events.Reserve, encoded(t, events.StockCommand{Kind: "borrow", OrderID: order, Attempt: 1}))
	c.send(t, events.Reserve, encoded(t, reserve))
	c.send(t, events.Commit, encoded(t, events.StockCommand{Kind: events.Commit, OrderID: order, Attempt: 1}))
	c.send(t, events.Ship, encoded(t, events.StockCommand{Kind: events.Ship, OrderID: order, Attempt: 2}))
	require.Equal(t, []string{"stock.reserved", "stock.committed", "stock.shipped"}, c.answers(t, 3), "malformed commands get no reply")

	var letters []deadletter.Letter
	require.Eventually(t, func() bool { // the reply comes before the dead letter
		var err error
		letters, err = c.letters.List(t.Context())
		return err == nil && len(letters) == 3
	}, patience, 10*time.Millisecond)
	var reasons []string // letters of different orders come in any order
	for _, letter := range letters {
		reasons = append(reasons, letter.Reason)
	}
	all := strings.Join(reasons, "\n")
	require.Contains(t, all, "decode")
	require.Contains(t, all, `kind "borrow"`)
	require.Contains(t, all, "without being committed")
	handlers := map[string]bus.Handler{events.StockCommands().Name: c.handler.Handle}
	require.ErrorIs(t, c.letters.Retry(t.Context(), letters[0].ID, handlers), stock.ErrBadCommand)
}

func TestAFailedCommandIsDeliveredAgain(t *testing.T) {
	t.Parallel()
	c := open(t)
	var statements atomic.Int64
	c.DB.Interpose(func() error {
		if statements.Add(1) <= 3 {
			return errors.New("busy")
		}
		return nil
	})
	c.send(t, events.Release, encoded(t, events.StockCommand{Kind: events.Release, OrderID: ids.New("ord"), Attempt: 1}))
	require.Equal(t, []string{"stock.released"}, c.answers(t, 1))
	letters, err := c.letters.List(t.Context())
	require.NoError(t, err)
	require.Empty(t, letters)
}
