package executor

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"slices"

	"github.com/trefoil-graph/trefoil/router/response"
)

// known are the representations of one look-up, numbered in the order in which they first came. Their texts stay where
// they were written: in the request's body. A map from texts to numbers keeps a copy of each, far from the others: with
// many that was a quarter of the time of a request (BenchmarkAnswer/80000).
type known struct {
	seed  maphash.Seed
	texts []text
	// slots are the places of texts by their hash: 1 for the first, 0 for none. Their number is a power of two, and more
	// than twice that of the texts.
	slots []uint32
}

// text is where a representation stands in the body, and a part of its hash.
type text struct{ hash, start, end uint32 }

const fewestSlots = 64

// reset forgets all, and the memory too if it is unusually much: it has to be cleared.
func (k *known) reset() {
	if k.slots == nil {
		k.seed = maphash.MakeSeed()
	}
	if len(k.slots) == 0 || len(k.slots) > 64*fewestSlots {
		k.slots = make([]uint32, fewestSlots)
	}
	clear(k.slots)
	k.texts = response.Keep(k.texts)
}

// number is that of the representation at the end of the body; first says that it has not come before.
func (k *known) number(body []byte, start int) (number int, first bool) {
	own := body[start:]
	hash := uint32(maphash.Bytes(k.seed, own))
	slot := k.slot(hash, func(t text) bool { return bytes.Equal(body[t.start:t.end], own) })
	if *slot != 0 {
		return int(*slot) - 1, false
	}
	k.texts = response.Push(k.texts, text{hash, uint32(start), uint32(len(body))})
	*slot = uint32(len(k.texts))
	if 2*len(k.texts) >= len(k.slots) {
		k.growTo(4 * len(k.slots))
	}
	return len(k.texts) - 1, true
}

// slot is that of a text with the hash that is the wanted one, or the free one for it.
func (k *known) slot(hash uint32, wanted func(text) bool) *uint32 {
	mask := uint32(len(k.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := &k.slots[at]
		if *slot == 0 {
			return slot
		}
		if t := k.texts[*slot-1]; t.hash == hash && wanted(t) {
			return slot
		}
	}
}

// expect makes room for so many more.
func (k *known) expect(count int) {
	k.texts = slices.Grow(k.texts, count)
	if all := len(k.texts) + count; 2*all >= len(k.slots) {
		k.growTo(1 << bits.Len(uint(2*all)))
	}
}

func (k *known) growTo(slots int) {
	k.slots = make([]uint32, slots)
	for i, t := range k.texts {
		*k.slot(t.hash, func(text) bool { return false }) = uint32(i) + 1
	}
}
