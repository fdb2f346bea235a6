package cached_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/product/cached"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// counting counts the calls that reach the database.
type counting struct {
	*store.Store

	counts, tallies, shelves atomic.Int64
}

func (c *counting) CountProducts(ctx context.Context, of catalog.Criteria) (int, error) {
	c.counts.Add(1)
	return c.Store.CountProducts(ctx, of)
}

func (c *counting) Tally(ctx context.Context, of catalog.Criteria) ([]*catalog.Tally, error) {
	c.tallies.Add(1)
	return c.Store.Tally(ctx, of)
}

func (c *counting) CountByCategory(ctx context.Context, ids []string) (map[string]int, error) {
	c.shelves.Add(1)
	return c.Store.CountByCategory(ctx, ids)
}

type shop struct {
	*producttest.Shop

	under   *counting
	over    *cached.Store
	catalog *catalog.Service
	stock   *stock.Service
}

func open(t *testing.T) *shop {
	t.Helper()
	below := producttest.Stocked(t, producttest.Shelf("tea", producttest.Priced("Assam", 100), producttest.Priced("Bancha", 300)))
	s := &shop{Shop: below, under: &counting{Store: below.Store}}
	s.over = cached.New(s.under)
	s.catalog = catalog.NewService(s.over, time.Now)
	s.stock = stock.NewService(below.Store, time.Now)
	return s
}

// counted returns the counts that a visitor sees.
func (s *shop) counted(t *testing.T, filter catalog.Filter) (total, inStock int, highest int64) {
	t.Helper()
	page, err := s.catalog.Products(t.Context(), catalog.Query{First: 10, Sort: catalog.NameAsc, Filter: filter})
	require.NoError(t, err)
	total, err = page.TotalCount(t.Context())
	require.NoError(t, err)
	facets, err := page.Facets(t.Context())
	require.NoError(t, err)
	tea := facets.Categories[0].Category.ID
	shelf, err := s.catalog.ProductCounts(t.Context(), []string{tea})
	require.NoError(t, err)
	require.Equal(t, 2, shelf[tea])
	return total, facets.InStock, facets.Price.Highest.AmountMinor
}

func (s *shop) asked() int64 {
	return s.under.counts.Load() + s.under.tallies.Load() + s.under.shelves.Load()
}

func TestNothingIsCountedTwice(t *testing.T) {
	t.Parallel()
	s := open(t)
	for range 3 {
		total, inStock, highest := s.counted(t, catalog.Filter{})
		require.Equal(t, [3]int{2, 2, 300}, [3]int{total, inStock, int(highest)})
	}
	require.EqualValues(t, 3, s.asked())
	total, _, _ := s.counted(t, catalog.Filter{Search: new("assam")})
	require.Equal(t, 1, total)
	require.EqualValues(t, 5, s.asked(), "another filter, but the same categories")
}

func TestChangesThatAffectCountsAreSeen(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.counted(t, catalog.Filter{})
	all, err := s.catalog.Products(t.Context(), catalog.Query{First: 2, Sort: catalog.NameAsc})
	require.NoError(t, err)
	assam, bancha := all.Nodes[0], all.Nodes[1]
	see := func(total, inStock int, highest int64) {
		t.Helper()
		gotTotal, gotInStock, gotHighest := s.counted(t, catalog.Filter{})
		require.Equal(t, []any{total, inStock, highest}, []any{gotTotal, gotInStock, gotHighest})
	}

	price := bancha.Price
	price.AmountMinor = 500
	_, err = s.catalog.Update(t.Context(), bancha.ID, catalog.Change{Price: &price})
	require.NoError(t, err)
	see(2, 2, 500)

	hold := stock.Attempt{OrderID: ids.New("ord"), Number: 1}
	reserve := func(a stock.Attempt, quantity int) {
		t.Helper()
		require.NoError(t, s.stock.Reserve(t.Context(), a, []stock.Item{
			{Piece: stock.Piece{ProductID: assam.ID, Quantity: quantity}, Price: assam.Price},
		}))
	}
	before := s.asked()
	reserve(stock.Attempt{OrderID: ids.New("ord"), Number: 1}, 4)
	see(2, 2, 500)
	require.Equal(t, before, s.asked(), "pieces are left, so no count changes")
	reserve(hold, 6)
	see(2, 1, 500)
	require.NoError(t, s.stock.Release(t.Context(), hold))
	see(2, 2, 500)
	_, err = s.stock.Adjust(t.Context(), "usr_1", stock.Adjustment{ProductID: bancha.ID, Delta: -10, Reason: "gone", Key: "all are gone"})
	require.NoError(t, err)
	see(2, 1, 500)
}

func TestLowStockIsCountedEachTime(t *testing.T) {
	t.Parallel()
	s := open(t)
	for range 2 {
		page, err := s.catalog.LowStock(t.Context(), catalog.Query{First: 10}, 10)
		require.NoError(t, err)
		_, err = page.TotalCount(t.Context())
		require.NoError(t, err)
		_, err = page.Facets(t.Context())
		require.NoError(t, err)
	}
	require.EqualValues(t, 4, s.asked())
}

// TestManyAtOnceAreAnswered also checks that a client that disconnects does not affect the
// others.
func TestManyAtOnceAreAnswered(t *testing.T) {
	t.Parallel()
	s := open(t)
	gone, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			ctx := t.Context()
			if i%2 == 0 {
				ctx = gone
			}
			count, err := s.over.CountProducts(ctx, catalog.Criteria{})
			if i%2 == 1 && (err != nil || count != 2) {
				t.Errorf("%d, %v", count, err)
			}
		})
	}
	leave()
	all.Wait()
}

func TestAFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	s := open(t)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.over.CountProducts(canceled, catalog.Criteria{})
	require.Error(t, err)
	count, err := s.over.CountProducts(t.Context(), catalog.Criteria{})
	require.NoError(t, err)
	require.Equal(t, 2, count)
}

// endless is a store whose first count does not end by itself.
type endless struct {
	catalog.Store

	counts atomic.Int64
}

func (*endless) Version(context.Context) (int64, error) { return 1, nil }

func (e *endless) CountProducts(ctx context.Context, _ catalog.Criteria) (int, error) {
	if e.counts.Add(1) > 1 {
		return 7, nil
	}
	<-ctx.Done()
	return 0, ctx.Err()
}

// TestACountThatDoesNotEndIsAborted keeps the client waiting. The next count starts again.
func TestACountThatDoesNotEndIsAborted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		over, began := cached.New(new(endless)), time.Now()
		_, err := over.CountProducts(t.Context(), catalog.Criteria{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 30*time.Second, time.Since(began))
		count, err := over.CountProducts(t.Context(), catalog.Criteria{})
		require.NoError(t, err)
		require.Equal(t, 7, count)
	})
}

// A filter can be as long as a request, a megabyte, and the cache keeps filters.
func TestAllTooLongCategoriesShareOneCount(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, end := range []string{"a", "b", "c"} {
		long := strings.Repeat("a", 1<<19) + end
		page, err := s.catalog.Products(t.Context(), catalog.Query{Sort: catalog.NameAsc, Filter: catalog.Filter{Category: &long}})
		require.NoError(t, err)
		total, err := page.TotalCount(t.Context())
		require.NoError(t, err)
		require.Zero(t, total)
	}
	require.EqualValues(t, 1, s.asked())
}
