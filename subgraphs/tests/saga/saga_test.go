package saga_test

import (
	"bytes"
	"context"
	"flag"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	orderstore "github.com/trefoil-graph/trefoil/subgraphs/order/store"
	productstore "github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

var (
	seeds = flag.Uint64("seeds", 200, "how many seeds to try")
	only  = flag.Uint64("seed", 0, "try only this seed; -v prints what happened")
)

const steps = 80

// TestInvariantsHold makes everything go wrong that can. During the run it checks what each
// database guarantees at all times; after a quiet time it checks that the two agree.
func TestInvariantsHold(t *testing.T) {
	t.Parallel()
	if *only > 0 {
		w := newWorld(t.Context(), t)
		t.Logf("%d lines promised", try(t, w, *only))
		return
	}
	var next, promised atomic.Uint64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		w := newWorld(t.Context(), t)
		workers.Go(func() {
			for seed := next.Add(1); seed <= *seeds && !t.Failed(); seed = next.Add(1) {
				promised.Add(uint64(try(t, w, seed)))
			}
		})
	}
	workers.Wait()
	require.Positive(t, promised.Load(), "something was sold")
	t.Logf("%d seeds, %d lines of orders promised", *seeds, promised.Load())
}

// try runs one seed as a subtest, and logs what happened if it fails.
func try(t *testing.T, w *world, seed uint64) (promised int) {
	t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
		w.begin(t.Context(), t, seed)
		defer func() {
			if t.Failed() || *only > 0 {
				t.Logf("replay: go test ./subgraphs/tests/saga -seed %d -v\n%s", seed, w.story.String())
			}
		}()
		promised = w.live(t.Context())
	})
	return promised
}

func (w *world) live(ctx context.Context) (promised int) {
	w.t.Helper()
	for range steps {
		w.step(ctx)
	}
	w.sound(ctx)
	w.settle(ctx)
	return w.agreed(ctx)
}

// sound checks each database on its own.
func (w *world) sound(ctx context.Context) {
	w.t.Helper()
	findings, err := orderstore.Audit(ctx, w.orderDB)
	require.NoError(w.t, err)
	require.Empty(w.t, findings)
	findings, err = productstore.Audit(ctx, w.productDB)
	require.NoError(w.t, err)
	require.Empty(w.t, findings)
}

// settle runs without faults until nothing waits.
func (w *world) settle(ctx context.Context) {
	w.t.Helper()
	w.net.calm = true
	for round := 0; ; round++ {
		require.Less(w.t, round, 20, "everything settles within 20 minutes")
		w.log("a quiet minute")
		w.now = w.now.Add(time.Minute)
		require.NoError(w.t, w.order.courier.Deliver(ctx))
		w.drain(ctx, &w.net.commands, w.product.commands.Handle)
		require.NoError(w.t, w.product.stock.Expire(ctx))
		require.NoError(w.t, w.product.relay.Drain(ctx))
		w.drain(ctx, &w.net.replies, w.order.replies.Handle)
		w.drain(ctx, &w.net.catalogue, w.learn)
		if w.waiting(ctx) == 0 {
			return
		}
	}
}

func (w *world) drain(ctx context.Context, lane *[]bus.Message, handle bus.Handler) {
	w.t.Helper()
	for len(*lane) > 0 {
		require.NoError(w.t, w.deliver(ctx, lane, handle))
	}
}

// waiting counts unanswered commands and pending orders.
func (w *world) waiting(ctx context.Context) (count int) {
	w.t.Helper()
	require.NoError(w.t, w.orderDB.Read().GetContext(ctx, &count, `SELECT
		(SELECT count(*) FROM command) + (SELECT count(*) FROM orders WHERE status = 'PENDING')`))
	return count
}

// agreed checks that the databases agree: the stock holds what order promised, and nothing else.
func (w *world) agreed(ctx context.Context) (promised int) {
	w.t.Helper()
	w.sound(ctx)
	var lines bytes.Buffer
	require.NoError(w.t, orderstore.Promised(ctx, w.orderDB, &lines))
	promised = bytes.Count(lines.Bytes(), []byte("\n"))
	findings, err := productstore.AuditPromises(ctx, w.productDB, &lines)
	require.NoError(w.t, err)
	require.Empty(w.t, findings)
	require.Zero(w.t, w.count(ctx, w.productDB, `reservation WHERE status = 'HELD'`), "reservations are released or committed")
	require.Equal(w.t, w.count(ctx, w.orderDB, `orders WHERE status IN ('SHIPPED', 'DELIVERED')`),
		w.count(ctx, w.productDB, `reservation WHERE shipped_at IS NOT NULL`), "each shipped item has left the warehouse once")
	return promised
}

func (w *world) count(ctx context.Context, db *sqldb.DB, what string) (count int) {
	w.t.Helper()
	require.NoError(w.t, db.Read().GetContext(ctx, &count, "SELECT count(*) FROM "+what))
	return count
}
