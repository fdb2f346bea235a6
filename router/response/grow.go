package response

import "slices"

// largestKept is how many items a slice may have to be kept for another request.
const largestKept = 1 << 16

// Keep empties a slice for another request; one that has grown unusually is let go.
func Keep[T any](s []T) []T {
	if cap(s) > largestKept {
		return nil
	}
	return s[:0]
}

// Push is append for slices that may become long: it doubles them, where append adds a quarter and so copies four times
// what there is in the end. BenchmarkAnswer/80000 in the executor: 126 MB a request with append, 87 with this.
func Push[T any](s []T, item T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(len(s), 8))
	}
	return append(s, item)
}

// sample is how many nodes say how many there will be.
const sample = 1024

// add adds a node. Where there are many, there is room made for all at once, by what they took of the text so far: all that is
// doubled again and again is copied, and memory for it cleared, which from 10 MB on made up for a third of an answer's time.
// BenchmarkAnswer/80000, both this and the room that the executor makes: 85 MB a request with doubling, 40 with this.
func (p *parser) add(n node) error {
	if t := p.tape; len(t.nodes) == cap(t.nodes) {
		if err := t.grow(p.expected(len(t.nodes))); err != nil {
			return err
		}
	}
	p.tape.nodes = append(p.tape.nodes, n)
	return nil
}

// grow makes room for so many nodes and no more, or for as many as the answers to the request may have.
func (t *Tape) grow(nodes int) (err error) {
	if t.room != nil {
		if nodes, err = t.room.take(nodes); err != nil {
			return err
		}
	}
	grown := make([]node, len(t.nodes), len(t.nodes)+nodes)
	copy(grown, t.nodes)
	t.nodes = grown
	return nil
}

// expected is how many more nodes there are about: of a text that goes on as it began, an eighth too many.
func (p *parser) expected(have int) int {
	if have < sample {
		return max(have, 8)
	}
	rest := p.end - p.at
	more := have * rest / p.at
	return min(more+more/8+sample, rest/2+1) // the shortest value has one byte, and a comma
}
