//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// restock books new pieces with the command.
func (s *system) restock(slug string, delta int) {
	s.t.Helper()
	out, err := s.tool(nil, "product", "adjust", "-slug", slug, "-delta", strconv.Itoa(delta), "-reason", "a delivery", "-data", s.data)
	require.NoError(s.t, err, "%s", out)
}

// reconcile checks both databases, each on its own, and that product holds what order promised.
func (s *system) reconcile() {
	s.t.Helper()
	out, err := s.tool(nil, "order", "reconcile", "-data", s.data)
	require.NoError(s.t, err, "%s", out)
	promised, err := s.tool(nil, "order", "promised", "-data", s.data)
	require.NoError(s.t, err, "%s", promised)
	out, err = s.tool(promised, "product", "reconcile", "-promised", "-", "-data", s.data)
	require.NoError(s.t, err, "%s", out)
	s.t.Logf("reconciled: the stock holds the %d promised lines and nothing else", bytes.Count(promised, []byte("\n")))
}

func (s *system) tool(input []byte, name string, args ...string) ([]byte, error) {
	command := exec.CommandContext(s.t.Context(), filepath.Join(s.root, "bin", name), args...)
	command.Stdin, command.Env = bytes.NewReader(input), s.environment()
	return command.CombinedOutput()
}

var errNotSettled = errors.New("not settled")

const stocked = `query($slug: String!) { product(slug: $slug) { id stock { status maximumQuantity } } }`

// TestAHundredBuyersForTheLastTen has all of them place their orders at the same time.
func TestAHundredBuyersForTheLastTen(t *testing.T) {
	t.Parallel()
	s := start(t)
	anyone := s.client("router")
	anyone.products(t)
	const slug = "olive-oil"
	left := anyone.right(t, stocked, map[string]any{"slug": slug})
	s.restock(slug, 10-int(left.at("product.stock.maximumQuantity").(float64)))
	id := left.text("product.id")

	const buyers = 100
	outcomes := make(chan answer, buyers)
	wishes := make([]func(), buyers)
	var accessToken string
	for i := range buyers {
		if i%10 == 0 { // password hashes are slow, so each user has ten tabs
			accessToken, _ = anyone.signUp(t)
		}
		c := anyone.as(accessToken)
		draft := c.right(t, newDraft, map[string]any{"product": id})
		variables := map[string]any{
			"order": draft.text("createOrder.order.id"), "version": draft.at("createOrder.order.version"), "key": uuid.NewString(),
		}
		wishes[i] = func() { outcomes <- c.placeUntilSettled(t, variables) }
	}
	var all sync.WaitGroup
	for _, wish := range wishes {
		all.Go(wish)
	}
	all.Wait()
	close(outcomes)
	sold := map[string]int{}
	for a := range outcomes {
		what := a.text("placeOrder.order.status")
		if code := a.text("placeOrder.errors.0.code"); code != "" {
			what += " " + code
		}
		sold[what]++
	}
	require.Equal(t, map[string]int{"CONFIRMED": 10, "DRAFT OUT_OF_STOCK": 90}, sold)
	require.Equal(t, "OUT_OF_STOCK", anyone.right(t, stocked, map[string]any{"slug": slug}).text("product.stock.status"))
	s.settled()
	s.reconcile()
}

const (
	newDraft = `mutation($product: ID!) { createOrder(input: {items: [{productId: $product, quantity: 1}]}) {
		order { id version } errors { ... on UserError { code } } } }`
	placeDraft = `mutation($order: ID!, $version: Int!, $key: String!) {
		placeOrder(input: {orderId: $order, expectedVersion: $version, idempotencyKey: $key}) {
			order { id status } errors { ... on UserError { code message } } } }`
)

// placeUntilSettled repeats the request with the same key until the order is no longer pending.
func (c client) placeUntilSettled(t *testing.T, variables map[string]any) (settled answer) {
	c.persist(t, placeDraft, variables, func(a answer) error {
		settled = a
		if status := a.text("placeOrder.order.status"); status == "" || status == "PENDING" {
			return errNotSettled
		}
		return nil
	})
	return settled
}

// settled waits until product has answered all of order's commands.
func (s *system) settled() {
	s.t.Helper()
	began := time.Now()
	defer func() { s.t.Logf("all settled after %s", time.Since(began).Round(time.Millisecond)) }()
	within(s.t, time.Minute, "all orders and reservations are settled", func() error {
		out, err := s.tool(nil, "order", "waiting", "-data", s.data)
		if err == nil && strings.TrimSpace(string(out)) != "0" {
			err = errNotSettled
		}
		return err
	})
}
