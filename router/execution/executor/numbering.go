package executor

import (
	"bytes"
	"hash/maphash"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// numbering numbers the representations of one look-up in the order of their first occurrence.
// Their texts stay in the request's body; a map of texts would keep a copy of each.
type numbering struct {
	// seed is random, so that nobody can choose representations with equal hashes.
	seed  maphash.Seed
	texts []text
	// byHash finds the number of a text. If two texts have the same hash, the second has the next
	// free key.
	byHash map[uint64]int32
}

// text is the position of a representation in the body.
type text struct{ start, end uint32 }

// maxNumbered is the length of the longest map that is kept: clearing a map takes time even if it
// is empty.
const maxNumbered = 4096

// reset removes all texts.
func (n *numbering) reset() {
	if n.byHash == nil || len(n.byHash) > maxNumbered {
		n.seed, n.byHash = maphash.MakeSeed(), map[uint64]int32{}
	}
	clear(n.byHash)
	n.texts = response.Keep(n.texts)
}

// number returns the number of the representation at the end of the body; first reports whether it
// is new.
func (n *numbering) number(body []byte, start int) (number int, first bool) {
	own := body[start:]
	hash := maphash.Bytes(n.seed, own)
	for ; ; hash++ {
		known, found := n.byHash[hash]
		if !found {
			break
		}
		if t := n.texts[known]; bytes.Equal(body[t.start:t.end], own) {
			return int(known), false
		}
	}
	number = len(n.texts)
	n.byHash[hash] = int32(number)
	n.texts = response.Push(n.texts, text{uint32(start), uint32(len(body))})
	return number, true
}
