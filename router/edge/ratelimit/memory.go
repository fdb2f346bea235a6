package ratelimit

import (
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
)

// shardCount is the number of shards. Requests with keys in different shards do not wait for each
// other.
const shardCount = 64

// memory stores the counters of this process, for a bounded number of keys.
type memory struct {
	seed   maphash.Seed
	clock  func() time.Duration
	shards [shardCount]shard
}

type shard struct {
	mu   sync.Mutex
	keys *lru.LRU[string, moment]
}

// newMemory returns a store of at most so many keys. clock returns the time since a fixed start.
func newMemory(keys int, clock func() time.Duration) (*memory, error) {
	m := &memory{seed: maphash.MakeSeed(), clock: clock}
	for i := range m.shards {
		var err error
		m.shards[i].keys, err = lru.NewLRU[string, moment](max(1, keys/shardCount), nil)
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *memory) shardOf(key string) int {
	return int(maphash.String(m.seed, key) % shardCount)
}

// take makes all charges, or none if one of them does not fit.
func (m *memory) take(_ context.Context, charges []charge) ([]state, error) {
	unlock := m.lock(charges)
	defer unlock()
	now := m.clock().Microseconds()
	states, next := make([]state, len(charges)), make([]moment, len(charges))
	fits := true
	for i, c := range charges {
		full, _ := m.shards[m.shardOf(c.key)].keys.Get(c.key)
		next[i], states[i] = c.quota.take(full, now, c.cost)
		fits = fits && states[i].wait == 0
	}
	if !fits {
		return states, nil
	}
	for i, c := range charges {
		keys := m.shards[m.shardOf(c.key)].keys
		keys.Add(c.key, next[i])
		forget(keys, now)
	}
	return states, nil
}

// lock locks the shards of all charges, always in the same order, so that no two calls wait for
// each other.
func (m *memory) lock(charges []charge) (unlock func()) {
	at := make([]int, len(charges))
	for i, c := range charges {
		at[i] = m.shardOf(c.key)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	for _, i := range at {
		m.shards[i].mu.Lock()
	}
	return func() {
		for _, i := range at {
			m.shards[i].mu.Unlock()
		}
	}
}

// forget removes up to two of the least recently used keys if their quota is full again: a full
// quota needs no entry. Each charge adds at most one key, so the memory shrinks after a flood.
func forget(keys *lru.LRU[string, moment], now int64) {
	for range 2 {
		key, full, ok := keys.GetOldest()
		if !ok || full.micros >= now {
			return
		}
		keys.Remove(key)
	}
}

func (m *memory) size() int {
	n := 0
	for i := range m.shards {
		m.shards[i].mu.Lock()
		n += m.shards[i].keys.Len()
		m.shards[i].mu.Unlock()
	}
	return n
}
