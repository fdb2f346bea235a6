package gateway

import (
	"sync"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
)

// fieldsEach is how many fields, fragments expanded, an operation that is kept may have on the average. A field takes some 280
// bytes with its part of the plan: a thousand operations take 28 MB at most. By their number alone, they were not bounded: 4 KB of
// text can be 18,000 fields, which take 5 MB.
const fieldsEach = 100

// bounded keeps the values that were used last: so many, and of so many fields in all. It is safe for use by many goroutines.
type bounded[K comparable, V interface{ fields() int }] struct {
	mu      sync.Mutex
	entries *lru.LRU[K, V]
	left    int // fields
}

func newBounded[K comparable, V interface{ fields() int }](size int) (*bounded[K, V], error) {
	b := &bounded[K, V]{left: size * fieldsEach}
	var err error
	b.entries, err = lru.NewLRU(size, func(_ K, value V) { b.left += value.fields() })
	return b, err
}

func (b *bounded[K, V]) get(k K) (V, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.entries.Get(k)
}

// add keeps a value, and lets go of those that were not used for longest. One of more fields than all may have is not kept.
func (b *bounded[K, V]) add(k K, value V) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries.Remove(k)
	b.left -= value.fields()
	b.entries.Add(k, value)
	for b.left < 0 {
		b.entries.RemoveOldest()
	}
}
