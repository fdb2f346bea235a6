package sales_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// model is the simplest description of what a basket should contain.
type model struct {
	products []sales.Product
	items    []modelItem
	version  int // 0 if there is no basket
	placed   []money.Money
}

type modelItem struct{ product, quantity int }

// apply makes the changes, and reports whether they are allowed.
func (m *model) apply(list []modelChange) bool {
	items := slices.Clone(m.items)
	for _, c := range list {
		at := slices.IndexFunc(items, func(i modelItem) bool { return i.product == c.product })
		if c.action == sales.Remove || (c.action == sales.Set && c.quantity == 0) {
			if at >= 0 {
				items = slices.Delete(items, at, at+1)
			}
			continue
		}
		if c.quantity < 0 || c.quantity > 999 || (c.action == sales.Add && c.quantity == 0) || !m.products[c.product].Active {
			return false
		}
		if at < 0 {
			items, at = append(items, modelItem{c.product, 0}), len(items)
		}
		if c.action == sales.Set {
			items[at].quantity = 0
		}
		items[at].quantity = min(items[at].quantity+c.quantity, 999)
	}
	if m.version == 0 || !slices.Equal(items, m.items) {
		m.version++
	}
	m.items = items
	return true
}

func (m *model) total() money.Money {
	total := eur(0)
	for _, item := range m.items {
		total.AmountMinor += m.products[item.product].Price.AmountMinor * int64(item.quantity)
	}
	return total
}

type modelChange struct {
	action            sales.Action
	product, quantity int
}

func drawChanges(t *rapid.T, products int) []modelChange {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) modelChange {
		return modelChange{
			rapid.SampledFrom([]sales.Action{sales.Add, sales.Set, sales.Remove}).Draw(t, "action"),
			rapid.IntRange(0, products-1).Draw(t, "product"),
			rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(-2, 1002), rapid.Int()).Draw(t, "quantity"),
		}
	}), 0, 6).Draw(t, "changes")
}

// shopper makes the same changes to the shop and to the model, and compares them.
type shopper struct {
	shop *ordertest.Shop
	t    *testing.T
	user string
	model
}

func (s *shopper) change(t *rapid.T) {
	list := drawChanges(t, len(s.products))
	var asked []sales.Change
	for _, c := range list {
		change := sales.Change{Action: c.action, ProductID: s.products[c.product].ID}
		if c.action != sales.Remove {
			change.Quantity = &c.quantity
		}
		asked = append(asked, change)
	}
	_, err := s.shop.Change(s.t.Context(), s.user, changes(asked...))
	if s.apply(list) {
		require.NoError(t, err)
		return
	}
	require.ErrorAs(t, err, new(refusal.Refusal))
}

func (s *shopper) learn(t *rapid.T) {
	n := rapid.IntRange(0, len(s.products)-1).Draw(t, "product")
	p := &s.products[n]
	price := rapid.Int64Range(0, 100_000).Draw(t, "price")
	if s.holds(n) && price != p.Price.AmountMinor {
		s.version++
	}
	p.Price, p.Active = eur(price), rapid.Bool().Draw(t, "active")
	p.Version++
	require.NoError(t, s.shop.Learn(s.t.Context(), *p))
}

func (s *shopper) holds(product int) bool {
	return slices.ContainsFunc(s.items, func(i modelItem) bool { return i.product == product })
}

func (s *shopper) place(t *rapid.T) {
	expected := s.version + rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "off by")
	order, err := s.shop.Buy(s.t.Context(), s.user, sales.Placing{
		ExpectedVersion: expected, IdempotencyKey: ids.New("key"),
	})
	sold := func(i modelItem) bool { return s.products[i.product].Active }
	if s.version == 0 || expected != s.version || len(s.items) == 0 || !all(s.items, sold) {
		require.ErrorAs(t, err, new(refusal.Refusal))
		return
	}
	require.NoError(t, err)
	require.Equal(t, s.total(), order.Invoice.Gross)
	s.placed = append(s.placed, order.Total)
	s.items, s.version = nil, 0
}

func (s *shopper) compare(t *rapid.T) {
	basket, err := s.shop.Basket(s.t.Context(), s.user, sales.Whole())
	require.NoError(t, err)
	if s.version == 0 {
		require.Nil(t, basket)
		return
	}
	require.Equal(t, s.version, basket.Version)
	require.Equal(t, s.total(), basket.Total)
	var items []modelItem
	for _, item := range basket.Items {
		n := slices.IndexFunc(s.products, func(p sales.Product) bool { return p.ID == item.ProductID })
		require.Equal(t, s.products[n].Price, item.UnitPrice)
		items = append(items, modelItem{n, item.Quantity})
	}
	require.True(t, slices.Equal(s.items, items), "%v, not %v", items, s.items)
}

func TestShoppingAgreesWithTheModel(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	rapid.Check(t, func(r *rapid.T) {
		s := &shopper{shop: shop, t: t, user: ids.New("usr")}
		for price := range int64(4) {
			s.products = append(s.products, shop.Stock(t, 1+price*333))
		}
		r.Repeat(map[string]func(*rapid.T){
			"change": s.change, "change more": s.change, "learn": s.learn, "place": s.place, "": s.compare,
		})
		page, err := shop.Placed(t.Context(), s.user, sales.Listing{First: sales.MaximumPage})
		require.NoError(r, err)
		for i, order := range page.Nodes {
			require.Equal(r, s.placed[len(s.placed)-1-i], order.Total)
		}
	})
	shop.Sound(t)
}

func all[T any](values []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(values, func(v T) bool { return !holds(v) })
}
