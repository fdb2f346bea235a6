package sales_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// drafts returns the names of a user's drafts, the basket first.
func drafts(t testing.TB, shop *ordertest.Shop, user string) (names []string) {
	t.Helper()
	found, err := shop.Drafts(t.Context(), user, sales.Whole())
	require.NoError(t, err)
	for _, draft := range found {
		name := ""
		if draft.Name != nil {
			name = *draft.Name
		}
		names = append(names, name)
	}
	return names
}

func named(t testing.TB, shop *ordertest.Shop, user, name string) sales.Order {
	t.Helper()
	draft, err := shop.Create(t.Context(), user, sales.NewOrder{Name: &name})
	require.NoError(t, err)
	return draft
}

func TestDraftsAreChosenNamedAndDeleted(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	garden, party := named(t, shop, user, "garden"), named(t, shop, user, "party")
	require.Equal(t, []string{"party", "garden"}, drafts(t, shop, user))

	chosen, err := shop.Choose(t.Context(), user, sales.Choosing{OrderID: garden.ID})
	require.NoError(t, err)
	require.Equal(t, chosen, basket(t, shop, user))
	require.Equal(t, []string{"garden", "party"}, drafts(t, shop, user))
	require.Equal(t, garden.ID, fill(t, shop, user, add(tea, 1)).ID, "items are added to the chosen draft")

	name := " the big party "
	renamed, err := shop.Rename(t.Context(), user, sales.Renaming{OrderID: party.ID, Name: &name, ExpectedVersion: &party.Version})
	require.NoError(t, err)
	require.Equal(t, "the big party", *renamed.Name)
	_, err = shop.Rename(t.Context(), user, sales.Renaming{OrderID: party.ID, ExpectedVersion: &party.Version})
	require.Equal(t, &renamed, only[sales.VersionConflict](t, err).Order)
	_, err = shop.Rename(t.Context(), user, sales.Renaming{OrderID: party.ID})
	require.NoError(t, err)
	require.Equal(t, []string{"garden", ""}, drafts(t, shop, user))

	_, err = shop.Delete(t.Context(), user, sales.Deleting{OrderID: garden.ID})
	require.NoError(t, err)
	require.Equal(t, []string{""}, drafts(t, shop, user))
	_, err = shop.Delete(t.Context(), user, sales.Deleting{OrderID: garden.ID})
	only[sales.OrderNotFound](t, err)
	shop.Sound(t)
}

func TestUsersChangeOnlyTheirOwnDrafts(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	placed, err := shop.Buy(t.Context(), user, placing(fill(t, shop, user, add(tea, 1))))
	require.NoError(t, err)
	for _, change := range []func(userID string) error{
		func(userID string) error {
			_, err := shop.Choose(t.Context(), userID, sales.Choosing{OrderID: placed.ID})
			return err
		},
		func(userID string) error {
			_, err := shop.Rename(t.Context(), userID, sales.Renaming{OrderID: placed.ID})
			return err
		},
		func(userID string) error {
			_, err := shop.Delete(t.Context(), userID, sales.Deleting{OrderID: placed.ID})
			return err
		},
	} {
		only[sales.OrderNotEditable](t, change(user))
		only[sales.OrderNotFound](t, change(ids.New("usr")))
	}
}

// TestADraftThatWasRefusedIsDeleted deletes a draft that idempotency keys refer to.
func TestADraftThatWasRefusedIsDeleted(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	wish := placing(fill(t, shop, user, add(tea, 1)))
	shop.Refuse(t, true)
	refused, err := shop.Buy(t.Context(), user, wish)
	require.NoError(t, err)
	require.Equal(t, sales.Draft, refused.Status)
	_, err = shop.Delete(t.Context(), user, sales.Deleting{OrderID: refused.ID})
	require.NoError(t, err)
	_, err = shop.Place(t.Context(), user, wish)
	only[sales.OrderNotFound](t, err)
	shop.Sound(t)
}

func TestTheSameKeyCreatesOneDraft(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, key := shop.Stock(t, 1290), ids.New("key")
	keyed := func(name string, items ...sales.Quantity) sales.NewOrder {
		return sales.NewOrder{Name: &name, Items: items, IdempotencyKey: &key}
	}

	_, err := shop.Create(t.Context(), user, keyed("garden", sales.Quantity{ProductID: ordertest.Product(1).ID, Quantity: 1}))
	only[sales.ProductNotFound](t, err)
	wish := keyed("garden", sales.Quantity{ProductID: tea.ID, Quantity: 2}) // the key is still free
	var clicks errgroup.Group
	for range 10 {
		clicks.Go(func() error {
			_, err := shop.Create(t.Context(), user, wish)
			return err
		})
	}
	require.NoError(t, clicks.Wait())
	require.Equal(t, []string{"garden"}, drafts(t, shop, user))

	filled := fill(t, shop, user, add(tea, 1))
	again, err := shop.Create(t.Context(), user, wish)
	require.NoError(t, err)
	require.Equal(t, filled, again, "the draft as it is now")

	for _, other := range []sales.NewOrder{
		keyed("party", wish.Items...), keyed("garden"), keyed("garden", sales.Quantity{ProductID: tea.ID, Quantity: 3}),
		{Items: wish.Items, IdempotencyKey: &key},
	} {
		_, err := shop.Create(t.Context(), user, other)
		only[sales.IdempotencyKeyReused](t, err)
	}
	change := changes(add(tea, 2))
	change.IdempotencyKey = &key
	_, err = shop.Change(t.Context(), user, change)
	only[sales.IdempotencyKeyReused](t, err)
	for _, bad := range []string{"", "short", strings.Repeat("x", 129)} {
		_, err := shop.Create(t.Context(), user, sales.NewOrder{IdempotencyKey: &bad})
		require.Equal(t, []string{"input", "idempotencyKey"}, only[refusal.InvalidInput](t, err).Path)
	}
	theirs, err := shop.Create(t.Context(), ids.New("usr"), wish)
	require.NoError(t, err, "keys belong to their user")
	require.NotEqual(t, again.ID, theirs.ID)

	_, err = shop.Delete(t.Context(), user, sales.Deleting{OrderID: again.ID})
	require.NoError(t, err)
	_, err = shop.Create(t.Context(), user, wish)
	only[sales.OrderNotFound](t, err) // it is not created again
	require.Empty(t, drafts(t, shop, user))
	shop.Sound(t)
}

func TestAUserHasAtMostFiftyDrafts(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	var last sales.Order
	for range sales.MaximumDrafts {
		last = named(t, shop, user, "draft")
	}
	_, err := shop.Create(t.Context(), user, sales.NewOrder{})
	require.Equal(t, sales.MaximumDrafts, only[sales.TooManyDrafts](t, err).MaximumDrafts)
	require.Len(t, drafts(t, shop, user), sales.MaximumDrafts)
	named(t, shop, ids.New("usr"), "another user's")
	fill(t, shop, user, add(tea, 1)) // in the existing basket

	_, err = shop.Delete(t.Context(), user, sales.Deleting{OrderID: last.ID})
	require.NoError(t, err)
	named(t, shop, user, "in its place")
	_, err = shop.Create(t.Context(), user, sales.NewOrder{})
	only[sales.TooManyDrafts](t, err)
}

// TestOrdersThatWaitForTheStockCountAsDrafts uses a stock that does not answer.
func TestOrdersThatWaitForTheStockCountAsDrafts(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	tea := shop.Stock(t, 1290)
	shop.Rest(t)
	for range sales.MaximumDrafts {
		placed, err := shop.Place(t.Context(), user, placing(fill(t, shop, user, add(tea, 1))))
		require.NoError(t, err)
		require.Equal(t, sales.Pending, placed.Status)
	}
	require.Empty(t, drafts(t, shop, user))
	_, err := shop.Change(t.Context(), user, changes(add(tea, 1)))
	only[sales.TooManyDrafts](t, err)
}
