package stock_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// bench is a shop with ten pieces each of two products, and a clock.
type bench struct {
	*producttest.Shop
	*stock.Service

	now      time.Time
	tea, cup catalog.Product
}

func newBench(t *testing.T) *bench {
	t.Helper()
	shelf := producttest.Shelf("kitchen", producttest.Priced("Tea", 500), producttest.Priced("Cup", 900))
	b := &bench{Shop: producttest.Stocked(t, shelf), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	b.tea, b.cup = shelf.Items[0].Product, shelf.Items[1].Product
	b.Service = stock.NewService(b.Store, func() time.Time { return b.now })
	return b
}

func wants(p catalog.Product, quantity int) []stock.Item {
	return []stock.Item{{Piece: stock.Piece{ProductID: p.ID, Quantity: quantity}, Price: p.Price}}
}

func attempt() stock.Attempt { return stock.Attempt{OrderID: ids.New("ord"), Number: 1} }

// last returns the last reply.
func (b *bench) last(t *testing.T) (r events.StockReply) {
	t.Helper()
	var data []byte
	require.NoError(t, b.DB.Read().GetContext(t.Context(), &data,
		"SELECT data FROM outbox WHERE subject LIKE 'stock.%' ORDER BY position DESC LIMIT 1"))
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

func (b *bench) sound(t *testing.T, reserved int) {
	t.Helper()
	findings, err := store.Audit(t.Context(), b.DB)
	require.NoError(t, err)
	require.Empty(t, findings)
	var held int
	require.NoError(t, b.DB.Read().GetContext(t.Context(), &held, "SELECT sum(reserved) FROM product"))
	require.Equal(t, reserved, held)
}

func TestReserveHoldsAllItemsOrNone(t *testing.T) {
	t.Parallel()
	b, a := newBench(t), attempt()
	require.NoError(t, b.Reserve(t.Context(), a, append(wants(b.tea, 3), wants(b.cup, 10)...)))
	require.Equal(t, events.Reserved, b.last(t).Kind)
	b.sound(t, 13)
	require.NoError(t, b.Reserve(t.Context(), a, wants(b.tea, 7)), "the same attempt gets the same reply")
	require.Equal(t, events.Reserved, b.last(t).Kind)
	b.sound(t, 13)

	require.NoError(t, b.Reserve(t.Context(), attempt(), append(wants(b.tea, 1), wants(b.cup, 1)...)))
	reply := b.last(t)
	require.Equal(t, events.Rejected, reply.Kind)
	require.Len(t, reply.Rejections, 1)
	require.Equal(t, events.TooFew, reply.Rejections[0].Reason)
	require.Equal(t, b.cup.ID, reply.Rejections[0].ProductID)
	b.sound(t, 13)
}

func TestAnotherPriceIsRejectedWithTheNewOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	old := wants(b.tea, 1)
	_, err := b.Shop.Service.Update(t.Context(), b.tea.ID, catalog.Change{Price: &money.Money{AmountMinor: 600, Currency: "EUR"}})
	require.NoError(t, err)
	require.NoError(t, b.Reserve(t.Context(), attempt(), old))
	rejection := b.last(t).Rejections[0]
	require.Equal(t, events.OtherPrice, rejection.Reason)
	require.EqualValues(t, 600, rejection.Product.PriceMinor)
	b.sound(t, 0)
}

func TestAReleaseBeforeItsReserveHolds(t *testing.T) {
	t.Parallel()
	b, a := newBench(t), attempt()
	require.NoError(t, b.Release(t.Context(), a))
	require.Equal(t, events.Released, b.last(t).Kind)
	require.NoError(t, b.Reserve(t.Context(), a, wants(b.tea, 1)))
	require.Equal(t, events.NotAnyLonger, b.last(t).Rejections[0].Reason)
	b.sound(t, 0)
}

func TestAReservationWithoutACommitExpires(t *testing.T) {
	t.Parallel()
	b, late, lost := newBench(t), attempt(), attempt()
	require.NoError(t, b.Reserve(t.Context(), late, wants(b.tea, 6)))
	require.NoError(t, b.Reserve(t.Context(), lost, wants(b.cup, 6)))
	require.NoError(t, b.Expire(t.Context()))
	b.sound(t, 12)
	b.now = b.now.Add(stock.HoldFor)
	require.NoError(t, b.Expire(t.Context()))
	require.Equal(t, events.Expired, b.last(t).Kind)
	b.sound(t, 0)

	require.NoError(t, b.Commit(t.Context(), late), "enough pieces are left")
	require.Equal(t, events.Committed, b.last(t).Kind)
	require.NoError(t, b.Reserve(t.Context(), attempt(), wants(b.cup, 5)))
	require.NoError(t, b.Commit(t.Context(), lost))
	require.Equal(t, events.Lost, b.last(t).Kind)
	b.sound(t, 11)
}

func TestShippedPiecesLeaveTheStockOnce(t *testing.T) {
	t.Parallel()
	b, a := newBench(t), attempt()
	require.NoError(t, b.Reserve(t.Context(), a, wants(b.tea, 6)))
	require.NoError(t, b.Commit(t.Context(), a))
	for range 2 {
		require.NoError(t, b.Ship(t.Context(), a))
		require.Equal(t, events.Shipped, b.last(t).Kind)
		b.sound(t, 0)
	}
	require.NoError(t, b.Release(t.Context(), a), "too late: the pieces have left")
	b.sound(t, 0)
	require.NoError(t, b.Reserve(t.Context(), attempt(), wants(b.tea, 5)))
	require.Equal(t, events.Rejected, b.last(t).Kind, "four of ten are left")
	require.NoError(t, b.Reserve(t.Context(), attempt(), wants(b.tea, 4)))
	b.sound(t, 4)
}

// TestShippingWithoutACommitRepliesAndFails checks that the order gets its reply, so that it
// stops asking, and that the error shows that the books are wrong.
func TestShippingWithoutACommitRepliesAndFails(t *testing.T) {
	t.Parallel()
	b, held, released := newBench(t), attempt(), attempt()
	require.NoError(t, b.Reserve(t.Context(), held, wants(b.tea, 6)))
	require.NoError(t, b.Release(t.Context(), released))
	for _, a := range []stock.Attempt{held, released, attempt()} {
		err := b.Ship(t.Context(), a)
		require.ErrorIs(t, err, stock.ErrBadCommand)
		require.ErrorContains(t, err, a.OrderID)
		reply := b.last(t)
		require.Equal(t, []any{events.Shipped, a.OrderID}, []any{reply.Kind, reply.OrderID})
		b.sound(t, 6)
	}
	require.NoError(t, b.Commit(t.Context(), held))
	require.NoError(t, b.Ship(t.Context(), held), "after the commit, the dead letter can be handled")
	b.sound(t, 0)
}

func TestOldRepliesAreDeleted(t *testing.T) {
	t.Parallel()
	b, held, early := newBench(t), attempt(), attempt()
	require.NoError(t, b.Reserve(t.Context(), held, wants(b.tea, 1)))
	require.NoError(t, b.Commit(t.Context(), held))
	require.NoError(t, b.Release(t.Context(), early), "before the reserve")
	b.now = b.now.Add(stock.Remember)
	require.NoError(t, b.Prune(t.Context()))
	require.NoError(t, b.Reserve(t.Context(), early, wants(b.tea, 1)))
	require.Equal(t, events.Rejected, b.last(t).Kind, "the reply is still kept")
	b.now = b.now.Add(time.Second)
	require.NoError(t, b.Prune(t.Context()))
	var kept []string
	require.NoError(t, b.DB.Read().SelectContext(t.Context(), &kept, "SELECT order_id FROM stock_inbox"))
	require.Equal(t, []string{held.OrderID}, kept)
	b.sound(t, 1)
}

func TestAnAdjustmentIsMadeOnceAndInTheLedger(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	delivery := stock.Adjustment{ProductID: b.tea.ID, Delta: 5, Reason: "a delivery", Key: "delivery-1"}
	for range 2 {
		p, err := b.Adjust(t.Context(), "usr_staff", delivery)
		require.NoError(t, err)
		require.Equal(t, 15, p.OnHand)
		require.Equal(t, 2, p.Version)
	}
	delivery.Delta = 6
	_, err := b.Adjust(t.Context(), "usr_staff", delivery)
	require.ErrorAs(t, err, new(stock.AdjustmentKeyReused))

	require.NoError(t, b.Reserve(t.Context(), attempt(), wants(b.tea, 14)))
	for _, c := range []struct {
		refusal any
		stock.Adjustment
	}{
		{new(stock.InsufficientStock), stock.Adjustment{ProductID: b.tea.ID, Delta: -2, Reason: "broken", Key: "broken-1"}},
		{new(catalog.UnknownProduct), stock.Adjustment{ProductID: "prd_x", Delta: 1, Reason: "found", Key: "found-01"}},
		{new(refusal.InvalidInput), stock.Adjustment{ProductID: b.tea.ID, Delta: 0, Reason: "nothing", Key: "nothing-1"}},
	} {
		_, err := b.Adjust(t.Context(), "usr_staff", c.Adjustment)
		require.ErrorAs(t, err, c.refusal)
	}
	b.sound(t, 14)
}

func TestMalformedCommandsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	twice := append(wants(b.tea, 1), wants(b.tea, 1)...)
	for _, err := range []error{
		b.Reserve(t.Context(), attempt(), nil), b.Reserve(t.Context(), attempt(), wants(b.tea, 0)),
		b.Reserve(t.Context(), attempt(), twice), b.Reserve(t.Context(), stock.Attempt{}, wants(b.tea, 1)),
		b.Commit(t.Context(), stock.Attempt{OrderID: "ord"}), b.Release(t.Context(), stock.Attempt{Number: 1}),
	} {
		require.ErrorIs(t, err, stock.ErrBadCommand)
	}
}
