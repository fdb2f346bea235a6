package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

func TestTheLatestThousandKeysOfAUserAreKept(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	user, other, now := ids.New("usr"), ids.New("usr"), time.Now()
	save := func(tx sales.Tx, userID string, n int) error {
		return tx.SaveChangeClaim(t.Context(), sales.Claim{
			UserID: userID, Key: fmt.Sprintf("key-%06d", n), OrderID: "ord_1", At: now.Add(time.Duration(n) * time.Millisecond),
		})
	}
	known := func(tx sales.Tx, userID string, n int) bool {
		_, found, err := tx.ChangeClaim(t.Context(), userID, fmt.Sprintf("key-%06d", n))
		require.NoError(t, err)
		return found
	}
	require.NoError(t, shop.Store.Write(t.Context(), func(_ context.Context, tx sales.Tx) error {
		require.NoError(t, save(tx, other, 0))
		for n := range 1003 {
			require.NoError(t, save(tx, user, n))
		}
		require.False(t, known(tx, user, 2))
		require.True(t, known(tx, user, 3))
		require.True(t, known(tx, user, 1002))
		require.True(t, known(tx, other, 0))
		return nil
	}))
}
