package gateway

import (
	"bytes"
	"context"
	"hash/maphash"
)

// seen finds operations by the text of a body as it came: so the query of a repeated request is neither unquoted nor copied.
// BenchmarkFind: 0.2 µs for a query of 1 KB, beside 9.9 µs when it is unquoted and found by its whole text.
//
// It is found by a hash, and compared in full: two texts of one hash only displace each other.
type seen struct {
	seed    maphash.Seed
	entries *bounded[uint64, sighting]
}

// sighting is an operation with all that it was found by.
type sighting struct {
	raw          []byte
	name, labels string
	prepared     *prepared
}

func (s sighting) fields() int { return s.prepared.fields() }

func newSeen(size int) (*seen, error) {
	entries, err := newBounded[uint64, sighting](size)
	if err != nil {
		return nil, err
	}
	return &seen{seed: maphash.MakeSeed(), entries: entries}, nil
}

func (s *seen) hash(raw []byte, name, labels string) uint64 {
	hash := maphash.Bytes(s.seed, raw)
	if name != "" || labels != "" {
		hash = hash*31 ^ maphash.String(s.seed, name)
		hash = hash*31 ^ maphash.String(s.seed, labels)
	}
	return hash
}

func (s *seen) find(raw []byte, name, labels string) *prepared {
	found, ok := s.entries.get(s.hash(raw, name, labels))
	if !ok || found.name != name || found.labels != labels || !bytes.Equal(found.raw, raw) {
		return nil
	}
	return found.prepared
}

func (s *seen) remember(raw []byte, name, labels string, p *prepared) {
	s.entries.add(s.hash(raw, name, labels), sighting{bytes.Clone(raw), name, labels, p})
}

// find returns the operation of a request, prepared now if it is not known.
func (e *Engine) find(ctx context.Context, p params) (*prepared, error) {
	labels := e.labels.draw()
	raw := p.raw
	if raw != nil {
		if found := e.seen.find(raw, p.OperationName, labels); found != nil {
			return found, nil
		}
		if err := p.read(); err != nil {
			return nil, err
		}
	}
	found, err := e.known(ctx, key{p.Query, p.OperationName, labels})
	if err == nil && raw != nil && len(raw) <= largestCached {
		e.seen.remember(raw, p.OperationName, labels, found)
	}
	return found, err
}
