package response

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Answers repeat themselves: the author of all reviews, the product on every order, each time with all that was asked
// of it. Where that may be (ParseShared), an object whose text was there before at the same place of the answer is not
// parsed again: its node is a twin of that of the first. So it is looked up once, has once attached to it what was
// answered, and is completed once. Texts are compared in full; a hash only says where to look.
//
// It takes for granted that all of an object's data are in one source or attached to it: the executor looks out for
// what says otherwise, and begins again without twins. BenchmarkStandard, processor time: 535 µs without twins, 141 with
// them.

// twin is the kind of a node that stands for an earlier one, which is its link. Nobody outside of tapes sees it.
const twin = Object + 1

const (
	// slots is how many objects are remembered; one takes the slot of another by chance.
	slots    = 1 << slotBits
	slotBits = 6
	// longestShared is the longest text that is compared, so that a text nested in texts like it is not compared for ever.
	longestShared = 64 << 10
	// shortText is the length below which an object is parsed before it is compared: it is found by all of its text then,
	// while a longer one is found by its beginning.
	shortText = 40
	// patience is how many objects in a row may be new before it is given up to look for old ones in a text or response.
	patience = 64
	// manyPlaces is how many places an answer may have if twins are to be found in it.
	manyPlaces = 256
)

// shared is an object that was parsed.
type shared struct {
	node  uint32 // 0, that of the whole text, for none
	depth uint32
	place uint32
}

// answerPlace is a place of an answer: the names of the members that lead there, through all lists.
type answerPlace struct {
	name           span
	child, sibling uint32
}

// ParseShared is Parse, with twins.
func (t *Tape) ParseShared(text []byte) error { return t.parse(text, nil, patience) }

// real is the index of the node that has a node's value.
func (t *Tape) real(at uint32) uint32 {
	if n := &t.nodes[at]; n.kind == twin {
		return n.link
	}
	return at
}

// enterPlace goes to the place of a member of the object that is being parsed, and returns that of the object.
func (p *parser) enterPlace(name span) uint32 {
	outer := p.place
	if p.patience == 0 {
		return outer
	}
	t := p.tape
	for at := t.places[outer].child; at != 0; at = t.places[at].sibling {
		if known := t.places[at].name; bytes.Equal(t.text[known.start:known.end], t.text[name.start:name.end]) {
			p.place = at
			return outer
		}
	}
	if len(t.places) == manyPlaces {
		p.patience = 0
		return outer
	}
	p.place = uint32(len(t.places))
	t.places = append(t.places, answerPlace{name: name, sibling: t.places[outer].child})
	t.places[outer].child = p.place
	return outer
}

// slotOf chooses the slot of a text by three words of it.
func slotOf(a, b, c uint64) uint32 {
	hash := a*0x9e3779b97f4a7c15 ^ b*0xc2b2ae3d27d4eb4f ^ c*0x165667b19e3779f9
	return uint32((hash ^ hash>>32) * 0x9e3779b97f4a7c15 >> (64 - slotBits))
}

// longSlot is the slot of an object that is not short, by its beginning; false if there cannot be one here.
func (p *parser) longSlot(start uint32) (uint32, bool) {
	if p.end-int(start) < shortText {
		return 0, false
	}
	head := p.tape.text[start : start+shortText]
	word := binary.LittleEndian.Uint64
	return slotOf(word(head)^word(head[8:])<<1, word(head[16:]), word(head[24:])^word(head[32:])<<1), true
}

// again adds the object that the parser stands at, if its text begins as that of one that was parsed at the same place:
// such a text ends where it ended there.
func (p *parser) again(key span) (found bool, err error) {
	if p.patience == 0 {
		return false, nil
	}
	p.patience--
	start := uint32(p.at)
	slot, ok := p.longSlot(start)
	if !ok {
		return false, nil
	}
	before := p.tape.shared[slot]
	if before.node == 0 || before.place != p.place || p.depth > int(before.depth) {
		return false, nil
	}
	text := p.tape.raw(&p.tape.nodes[before.node])
	if !bytes.HasPrefix(p.tape.text[start:p.end], text) {
		return false, nil
	}
	p.at += len(text)
	return true, p.addTwin(key, span{start, uint32(p.at)}, before.node)
}

func (p *parser) addTwin(key, value span, of uint32) error {
	p.tape.twins = true
	p.patience = patience
	return p.add(node{key: key, value: value, skip: uint32(len(p.tape.nodes)) + 1, link: of, kind: twin})
}

// remember keeps an object that has been parsed. A short one that was there before becomes a twin.
func (p *parser) remember(self uint32) {
	if p.patience == 0 {
		return
	}
	t := p.tape
	n := t.nodes[self]
	length := n.value.end - n.value.start
	if length > longestShared || self == 0 {
		return
	}
	if length >= shortText {
		slot, _ := p.longSlot(n.value.start)
		p.keep(slot, self)
		return
	}
	if slices.ContainsFunc(t.nodes[self+1:], func(inner node) bool { return inner.kind > String }) {
		return // what is remembered must stay
	}
	text := t.raw(&n)
	slot := shortSlot(text)
	before := t.shared[slot]
	if before.node == 0 || before.place != p.place || !bytes.Equal(t.raw(&t.nodes[before.node]), text) {
		p.keep(slot, self)
		return
	}
	t.nodes = t.nodes[:self]
	_ = p.addTwin(n.key, n.value, before.node) // there is room, that of the object
}

func (p *parser) keep(slot, self uint32) {
	p.tape.shared[slot] = shared{self, uint32(p.depth), p.place}
	p.tape.remembers = true
}

// shortSlot is the slot of a short object, by its ends and its length.
func shortSlot(text []byte) uint32 {
	if len(text) < 8 {
		return uint32(len(text)) % slots
	}
	word := binary.LittleEndian.Uint64
	return slotOf(word(text), word(text[len(text)-8:]), uint64(len(text)))
}

// printed is an object that was completed without an error, and where that stands in the output.
type printed struct {
	object     *object
	seats      [4]Ref
	count      int
	start, end int
}

// repeats reports whether objects may be completed by repeating what was written: not if there was an error, because
// then the path matters, and what was written may have been taken back.
func (c *completer) repeats() bool { return c.patience > 0 && len(c.errors) == 0 }

// repeat writes an object as it was written before, if it was. Else it returns its slot, if it has one.
func (c *completer) repeat(v Value, o *object) (slot *printed, done bool) {
	c.patience--
	if len(v.seats) > len(printed{}.seats) {
		return nil, false
	}
	slot = &c.data.printed[slotOf(uint64(v.seats[0].node), uint64(v.seats[0].source), 0)]
	if slot.object != o || slot.count != len(v.seats) {
		return slot, false
	}
	for i := range v.seats {
		if v.seats[i].Ref != slot.seats[i] {
			return slot, false
		}
	}
	c.out = append(c.out, c.out[slot.start:slot.end]...)
	c.patience = patience
	return slot, true
}

// keep remembers an object that has been written from start.
func (c *completer) keep(slot *printed, v Value, o *object, start int) {
	slot.object, slot.count, slot.start, slot.end = o, len(v.seats), start, len(c.out)
	for i := range v.seats {
		slot.seats[i] = v.seats[i].Ref
	}
}
