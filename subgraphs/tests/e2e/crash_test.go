//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

// stubbornness bounds how long a shopper retries: it allows for the time of the kills, and for
// the minute after which a lost command is sent again at the latest.
const stubbornness = 10 * time.Minute

// While people shop, processes are killed with kill -9 and started again. Afterwards no
// acknowledged order is missing or doubled, and each total equals the sum of its items and the
// total of its invoice.
//
// The test ends after CRASH_RUNS runs (200) and CRASH_KILLS kills (60) under CRASH_CLIENTS
// clients (4). CRASH_VICTIMS lists the processes to kill, such as "nats,product,order"; empty
// means all. With CRASH_FORGET=1 the message server loses its directory each time it is killed.
// CRASH_SEED repeats the choice of victims and pauses.
func TestKillsLoseNoOrder(t *testing.T) {
	shoppers := setting("CRASH_CLIENTS", 4)
	runs, kills := setting("CRASH_RUNS", 200), setting("CRASH_KILLS", 60)
	seed := uint64(setting("CRASH_SEED", int(time.Now().Unix())))
	t.Logf("CRASH_SEED=%d CRASH_RUNS=%d CRASH_KILLS=%d", seed, runs, kills)
	s := start(t)
	anyone := s.client("router")
	products := anyone.products(t)
	for _, slug := range anyone.slugs(t) {
		s.restock(slug, 100_000)
	}
	var tokens []client
	for range shoppers {
		accessToken, _ := anyone.signUp(t)
		tokens = append(tokens, anyone.as(accessToken))
	}

	over := make(chan struct{})
	go func() {
		defer close(over)
		s.killAtRandom(rand.New(rand.NewPCG(seed, 0)), kills)
	}()
	receipts := make([][]string, shoppers)
	var shopping sync.WaitGroup
	for i := range shoppers {
		shopping.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(i)+1))
			for len(receipts[i]) < runs/shoppers || !closed(over) {
				receipts[i] = append(receipts[i], tokens[i].shop(t, random, products))
			}
		})
	}
	shopping.Wait()
	t.Logf("%d orders acknowledged", len(slices.Concat(receipts...)))
	s.restartAll()

	for i, c := range tokens {
		placed := c.placedOrders(t)
		slices.Sort(placed)
		slices.Sort(receipts[i])
		require.Equal(t, receipts[i], placed, "the orders of shopper %d are those acknowledged", i)
	}
	s.settled()
	s.reconcile()
}

func victims() []string {
	if chosen := os.Getenv("CRASH_VICTIMS"); chosen != "" {
		return strings.Split(chosen, ",")
	}
	return names()
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// killAtRandom kills processes with random pauses, which wait for nothing.
func (s *system) killAtRandom(random *rand.Rand, times int) {
	kills := map[string]int{}
	for range times {
		victim := victims()[random.IntN(len(victims()))]
		kills[victim]++
		if victim == "nats" && setting("CRASH_FORGET", 0) > 0 {
			s.kill(victim)
			_ = os.RemoveAll(filepath.Join(s.data, "nats"))
		}
		if err := s.restart(victim); err != nil {
			s.t.Errorf("%s does not start again: %v", victim, err)
			return
		}
		time.Sleep(time.Duration(random.IntN(800)) * time.Millisecond)
	}
	s.t.Logf("kills: %v", kills)
}

func (s *system) restartAll() {
	for _, name := range names() {
		require.NoError(s.t, s.restart(name))
	}
	for _, name := range names() {
		s.awaitReady(name)
	}
}

// shop fills a basket and places it, retrying until the order is confirmed, and returns the
// order's id.
func (c client) shop(t *testing.T, random *rand.Rand, products []string) string {
	basket := set(1+random.IntN(9), products[random.IntN(len(products))])
	key := uuid.NewString()
	var version any
	c.persist(t, change, basket, func(a answer) error {
		version = a.at("changeOrderItems.order.version")
		if version == nil {
			return fmt.Errorf("not changed: %s", a.Body)
		}
		return nil
	})
	var order string
	c.persist(t, place, map[string]any{"version": version, "key": key}, func(a answer) error {
		order = a.text("placeOrder.order.id")
		if order == "" || a.text("placeOrder.order.status") != "CONFIRMED" {
			return fmt.Errorf("not placed: %s", a.Body)
		}
		return nil
	})
	return order
}

// persist repeats an operation until check accepts the answer.
func (c client) persist(t *testing.T, query string, variables map[string]any, check func(answer) error) {
	ctx, cancel := context.WithTimeout(t.Context(), stubbornness)
	defer cancel()
	err := repeat.UntilNil(ctx, 20*time.Millisecond, func(ctx context.Context) error {
		a, err := c.ask(ctx, query, variables)
		if err != nil {
			return err
		}
		return check(a)
	})
	if err != nil {
		t.Errorf("no accepted answer within %s: %v", stubbornness, err)
	}
}

// placedOrders returns the ids of all placed orders. It checks that each total equals the sum of
// the items and the total of the invoice.
func (c client) placedOrders(t *testing.T) []string {
	t.Helper()
	const page = `query($after: String) { orders(first: 50, after: $after) { pageInfo { hasNextPage endCursor }
		nodes { id total { amountMinor } items { lineTotal { amountMinor } } invoice { number gross { amountMinor } } } } }`
	var ids []string
	var after any
	for {
		a := c.right(t, page, map[string]any{"after": after})
		for i := range a.list("orders.nodes") {
			at := fmt.Sprintf("orders.nodes.%d.", i)
			sum := 0.0
			for j := range a.list(at + "items") {
				sum += a.at(fmt.Sprintf("%sitems.%d.lineTotal.amountMinor", at, j)).(float64)
			}
			require.Positive(t, sum)
			require.Equal(t, sum, a.at(at+"total.amountMinor"))
			require.Equal(t, sum, a.at(at+"invoice.gross.amountMinor"))
			ids = append(ids, a.text(at+"id"))
		}
		if a.at("orders.pageInfo.hasNextPage") != true {
			return ids
		}
		after = a.at("orders.pageInfo.endCursor")
	}
}
