package documents

import (
	"math"
	"strings"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// bytesEach is the number of bytes that an entry takes in addition to its text and its id.
	bytesEach = 320
	// largestKept is the length in bytes of the longest text that is stored. Clients must send a
	// longer text with each request.
	largestKept = 256 << 10
)

// memory keeps the most recently used documents, within a number of bytes.
type memory struct {
	mu      sync.Mutex
	entries *lru.LRU[string, *Document]
	left    int64 // bytes
}

func newMemory(bytes int64) (*memory, error) {
	m := &memory{left: bytes}
	var err error
	m.entries, err = lru.NewLRU(math.MaxInt, func(_ string, d *Document) { m.left += d.size() })
	return m, err
}

func (m *memory) get(id string) *Document {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, _ := m.entries.Get(id)
	return found
}

// add stores a document and removes the least recently used ones until all fit. If it has a
// document with the same id, it returns that one.
func (m *memory) add(d *Document) *Document {
	m.mu.Lock()
	defer m.mu.Unlock()
	if found, ok := m.entries.Get(d.ID); ok {
		return found
	}
	m.entries.Add(d.ID, d)
	m.left -= d.size()
	for m.left < 0 {
		m.entries.RemoveOldest()
	}
	return d
}

func (d *Document) size() int64 { return int64(len(d.ID) + len(d.Text) + bytesEach) }

// clone returns a copy that shares no memory with the request, so that the request can be freed.
func (d *Document) clone() *Document {
	return &Document{ID: strings.Clone(d.ID), Text: strings.Clone(d.Text)}
}
