package gateway

import (
	"strconv"

	"golang.org/x/sync/singleflight"
)

// largestCached is the length of the longest document that is cached, so that the memory of a full
// cache is bounded, too.
const largestCached = 64 << 10

// key is the whole document, the operation's name, and the state of the @override labels, on which
// the plan depends. Two documents share an entry only if they are equal.
type key struct{ text, name, labels string }

// flight returns the key as one string.
func (k key) flight() string {
	return k.labels + "," + strconv.Itoa(len(k.name)) + ":" + k.name + k.text
}

// cache keeps prepared operations, and prepares each of them once, however many requests need it
// at the same time. Failures are not cached.
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
		// An earlier flight may have ended since.
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
