package gateway_test

import (
	"context"
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var isolated = flag.Int("answers", 2000, "how many answers TestNobodyGetsAnothersData checks")

// chooser chooses a client's next request. Two in three requests are the same for all clients, so
// that many equal requests are in flight; the others are of all kinds.
type chooser struct {
	*rand.Rand
	who   person
	all   map[string]ask
	kinds []string
}

func newChooser(who person, all map[string]ask, seed uint64) *chooser {
	return &chooser{rand.New(rand.NewPCG(seed, 1)), who, all, slices.Sorted(maps.Keys(all))}
}

func (c *chooser) next() ask {
	switch n := c.IntN(60); {
	case n < 40:
		return c.all["a"]
	case n == 40:
		return c.who.notValid()
	default:
		return c.all[c.kinds[c.IntN(len(c.kinds))]]
	}
}

// TestNobodyGetsAnothersData lets users with different identities send the same requests at the
// same time, each from several clients. Some requests are refused, some fail, some are too large
// or have too large answers, and some clients leave before the response. Each response must have
// the data, errors, headers and ID of its own request, and each mutation must be executed once.
func TestNobodyGetsAnothersData(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	all := p.asksAlone(t)
	p.asked.Store(0)
	var left, mutations atomic.Int64
	var mu sync.Mutex
	answered := map[string]int{}
	left.Store(int64(*isolated))
	var group sync.WaitGroup
	for i := range 2 * users {
		choose := newChooser(p.person(i/2), all, uint64(i))
		group.Go(func() {
			asked := map[string]int{}
			for left.Add(-1) >= 0 && !t.Failed() {
				what := choose.next()
				asked[what.kind]++
				ctx, cancel := context.WithCancel(t.Context())
				switch {
				case what.kind == "tell":
					mutations.Add(1)
				case choose.IntN(20) == 0:
					asked["cancelled"]++
					time.AfterFunc(time.Duration(choose.IntN(1000))*time.Microsecond, cancel)
				}
				if err := choose.who.ask(ctx, what); err != nil {
					t.Error(err)
				}
				cancel()
			}
			mu.Lock()
			defer mu.Unlock()
			for kind, count := range asked {
				answered[kind] += count
			}
		})
	}
	group.Wait()
	require.Equal(t, mutations.Load(), p.told.Load())
	require.Len(t, answered, len(all)+2, "a kind of request was not sent")
	require.Less(t, p.asked.Load(), p.sent(answered)*9/10, "no answer was shared, so the test tested nothing")
	t.Log(answered)
	t.Log(p.asked.Load(), "requests to subgraphs for", *isolated, "answers")
}

// sent returns the number of requests that the subgraphs would receive without sharing.
func (p *people) sent(answered map[string]int) (sent int64) {
	for kind, count := range answered {
		switch kind {
		case "a", "b", "seen", "tell", "friends":
			sent += 2 * int64(count) // the second request fetches the secrets
		case "error", "down", "large answer", "large response":
			sent += int64(count)
		}
	}
	return sent
}
