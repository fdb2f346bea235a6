package gateway

import (
	"strconv"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/singleflight"
)

// largestCached is the length in bytes of the longest document that is cached. Without it, the
// memory of the cached texts would not be bounded.
const largestCached = 64 << 10

// key identifies a cached operation: the text of the document, the operation's name, and the state
// of the @override labels. The plan depends on all three. Only equal documents share an entry.
type key struct{ text, name, labels string }

// flight returns the key as one string.
func (k key) flight() string {
	return k.labels + "," + strconv.Itoa(len(k.name)) + ":" + k.name + k.text
}

// cache caches prepared operations. If several requests need an operation at the same time, it
// prepares the operation once. It does not cache failures.
type cache struct {
	entries *bounded[key, *prepared]
	flights singleflight.Group
	prepare func(key) (*prepared, error)
}

func newCache(size int, prepare func(key) (*prepared, error)) (*cache, error) {
	entries, err := newBounded[key, *prepared](size)
	if err != nil {
		return nil, err
	}
	return &cache{entries: entries, prepare: prepare}, nil
}

func (c *cache) get(k key) (*prepared, error) {
	if found, ok := c.entries.get(k); ok {
		return found, nil
	}
	made, err, _ := c.flights.Do(k.flight(), func() (any, error) {
		// Another flight may have added the entry since the look-up above.
		if found, ok := c.entries.get(k); ok {
			return found, nil
		}
		p, err := c.prepare(k)
		if err == nil && len(k.text) <= largestCached {
			p.kept = true
			c.entries.add(k, p)
		}
		return p, err
	})
	if err != nil {
		return nil, err
	}
	return made.(*prepared), nil
}

// fieldsEach is the average number of fields, with fragments expanded, that a cached operation may
// have. A field takes about 280 bytes, including the plan, so 1,000 operations take at most 28 MB.
// Counting operations does not bound memory: 4 KB of text can have 18,000 fields, which take 5 MB.
const fieldsEach = 100

// bounded is an LRU cache with a limit on the number of values and on the total number of their
// fields. It is safe for concurrent use.
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

// keys returns the keys, from the least to the most recently used.
func (b *bounded[K, V]) keys() []K {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.entries.Keys()
}

// add adds a value, and evicts the least recently used ones until the fields of the rest fit. A
// value with more fields than the cache may have evicts all others, and is then evicted itself.
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
