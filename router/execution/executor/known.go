package executor

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// known numbers the representations of one look-up in the order of their first occurrence. Their
// texts stay in the request's body. A map from texts to numbers would keep a scattered copy of
// each: with many, that took a quarter of a request's time (BenchmarkAnswer/80000).
type known struct {
	seed  maphash.Seed
	texts []text
	// slots is a hash table of text numbers: 1 is the first text, 0 an empty slot. Its length is a
	// power of two, and more than twice the number of texts.
	slots []uint32
}

// text is the position of a representation in the body, and a part of its hash.
type text struct{ hash, start, end uint32 }

const fewestSlots = 64

// reset removes all texts, and frees unusually large memory, which would have to be cleared.
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

// number returns the number of the representation at the end of the body; first reports whether it
// is new.
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

// slot returns the slot of the wanted text with the hash, or the free slot for it.
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

// expect makes room for count more texts.
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
