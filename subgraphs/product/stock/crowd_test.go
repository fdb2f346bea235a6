package stock_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// TestACrowdOverTheSameProductsGetsThrough runs many transactions that lock the same products.
// They wait for each other or run again, but all end, and no piece is sold twice. Reservations
// lock products in one order. Adjustments, and the expiry of several reservations at once, lock
// them in any order.
func TestACrowdOverTheSameProductsGetsThrough(t *testing.T) {
	t.Parallel()
	const people, attempts = 16, 6
	b := newBench(t)
	both := append(wants(b.tea, 1), wants(b.cup, 1)...)
	sets := [][]stock.Item{both, wants(b.tea, 2), wants(b.cup, 2), append(wants(b.tea, 2), wants(b.cup, 3)...)}
	now := stock.NewService(b.Store, time.Now)
	later := stock.NewService(b.Store, func() time.Time { return time.Now().Add(2 * stock.HoldFor) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	opposite := slices.Clone(both)
	slices.Reverse(opposite)
	require.ErrorIs(t, now.Reserve(ctx, attempt(), opposite), stock.ErrBadCommand, "items in another order are refused")

	var all sync.WaitGroup
	for person := range people {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(person), 0))
			for range attempts {
				for _, err := range visit(ctx, now, later, sets[random.IntN(len(sets))], random.IntN(6), b.tea.ID) {
					if err != nil {
						t.Errorf("person %d: %v", person, err)
					}
				}
			}
		})
	}
	all.Wait()

	require.NoError(t, later.Expire(t.Context()), "reservations that are not committed")
	var committed, onHand int
	require.NoError(t, b.DB.Read().GetContext(t.Context(), &onHand, "SELECT sum(on_hand) FROM product"))
	require.NoError(t, b.DB.Read().GetContext(t.Context(), &committed, `SELECT coalesce(sum(quantity), 0) FROM reservation_item i
		JOIN reservation r ON r.order_id = i.order_id AND r.attempt = i.attempt WHERE r.status = 'COMMITTED'`))
	require.Positive(t, committed)
	require.LessOrEqual(t, committed, onHand, "more pieces are promised than there are")
	b.sound(t, committed)
}

// visit makes a reservation, and then one of several other changes.
func visit(ctx context.Context, now, later *stock.Service, items []stock.Item, what int, counted string) []error {
	a := attempt()
	errs := []error{now.Reserve(ctx, a, items)}
	switch what {
	case 0:
		errs = append(errs, now.Commit(ctx, a))
	case 1, 2:
		errs = append(errs, now.Release(ctx, a))
	case 3:
		errs = append(errs, later.Expire(ctx))
	case 4:
		for _, delta := range []int{1, -1} { // the last one is refused while all pieces are held
			_, err := now.Adjust(ctx, "usr_staff", stock.Adjustment{ProductID: counted, Delta: delta, Reason: "counted", Key: ids.New("key")})
			_, err = refusal.Split(err)
			errs = append(errs, err)
		}
	}
	return errs
}
