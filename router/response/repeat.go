package response

import (
	"bytes"
	"encoding/binary"
)

// Answers repeat themselves: the author of all reviews, the product on every order, each time with all that was asked
// of it. An object whose text was there before is not parsed again, and one whose data were printed before at the same
// place of the operation is not completed again. Both know the same by comparing it in full; a hash only says where to
// look. BenchmarkStandard, processor time: 375 µs without this file, 202 with it. BenchmarkComplete and BenchmarkParse, where
// little is said twice: 137 and 143 µs without, 140 and 148 with it.

// slots is how many objects are remembered; one takes the slot of another by chance.
const slots = 1 << slotBits

const slotBits = 6

// longestRepeat is the longest text that is compared, so that a text nested in texts like it is not compared for ever.
const longestRepeat = 64 << 10

// patience is how many objects in a row may be new before it is given up to look for old ones in a text or response.
const patience = 64

// fewNodes is how many an object has that is as quickly done anew.
const fewNodes = 3

// slot chooses one by the first bytes of an object's text; false if there are not enough.
func slot(text []byte, at uint32, seed uint64) (uint32, bool) {
	if int(at)+24 > len(text) {
		return 0, false
	}
	head := text[at : at+24]
	hash := binary.LittleEndian.Uint64(head)*0x9e3779b97f4a7c15 ^ binary.LittleEndian.Uint64(head[8:])*0xc2b2ae3d27d4eb4f ^
		binary.LittleEndian.Uint64(head[16:])*0x165667b19e3779f9 ^ seed
	return uint32(hash * 0x9e3779b97f4a7c15 >> (64 - slotBits)), true
}

// parsed is an object that was parsed.
type parsed struct {
	node  uint32 // 0, that of the whole text, for none
	depth int
}

// repeated adds the object that the parser stands at, if its text is that of an object that was parsed before: its
// nodes are the same but for where they are. Such a text ends where it ended there. If the object is new it returns its
// slot.
func (p *parser) repeated(key span) (at uint32, ok, done bool) {
	if p.patience == 0 {
		return 0, false, false
	}
	p.patience--
	t := p.tape
	start := uint32(p.at)
	if at, ok = slot(t.text[:p.end], start, 0); !ok {
		return at, false, false
	}
	before := t.parsed[at]
	if before.node == 0 || p.depth > before.depth {
		return at, true, false
	}
	root := t.nodes[before.node]
	if !bytes.HasPrefix(t.text[start:p.end], t.raw(&root)) {
		return at, true, false
	}
	self := uint32(len(t.nodes))
	shift := start - root.value.start
	for i := before.node; i < root.skip; i++ {
		n := t.nodes[i]
		n.value = n.value.moved(shift)
		if n.key.end != 0 && int(n.key.start) < p.end { // items have no name, and one with escapes stands behind the text
			n.key = n.key.moved(shift)
		}
		n.skip += self - before.node
		t.nodes = append(t.nodes, n)
	}
	t.nodes[self].key = key
	p.at = int(t.nodes[self].value.end)
	p.patience = patience
	return at, true, true
}

// remember keeps an object that has been parsed, if it is worth it.
func (p *parser) remember(at, node uint32) {
	n := &p.tape.nodes[node]
	if n.skip-node > fewNodes && n.value.end-n.value.start <= longestRepeat {
		p.tape.parsed[at] = parsed{node: node, depth: p.depth}
	}
}

func (s span) moved(by uint32) span { return span{s.start + by, s.end + by} }

// printed is an object that was completed without an error, and where that stands in the output.
type printed struct {
	object     *object
	seats      [4]Ref
	count      int
	start, end int
}

// repeats reports whether objects may be completed by repeating what was written: not if there was an error, because then
// the path matters, and what was written may have been taken back.
func (c *completer) repeats() bool { return c.patience > 0 && len(c.errors) == 0 }

// again writes an object as one was written before, if there is one with the same data. Else it returns the object's
// slot.
func (c *completer) again(v Value, o *object) (at uint32, ok, done bool) {
	first := v.Ref()
	n := c.data.node(first)
	if len(v.seats) == 1 && n.skip-first.node <= fewNodes {
		return 0, false, false
	}
	c.patience--
	if at, ok = slot(c.data.tapes[first.source].text, n.value.start, o.seed); !ok || len(v.seats) > len(printed{}.seats) {
		return at, false, false
	}
	before := &c.data.printed[at]
	if before.object != o || before.count != len(v.seats) {
		return at, true, false
	}
	for i := range v.seats[1:] {
		if v.seats[i+1].Ref != before.seats[i+1] {
			return at, true, false
		}
	}
	if !c.data.same(before.seats[0], first) {
		return at, true, false
	}
	c.out = append(c.out, c.out[before.start:before.end]...)
	c.patience = patience
	return at, true, true
}

// keep remembers an object that has been written from start.
func (c *completer) keep(at uint32, v Value, o *object, start int) {
	p := printed{object: o, count: len(v.seats), start: start, end: len(c.out)}
	for i := range v.seats {
		p.seats[i] = v.seats[i].Ref
	}
	c.data.printed[at] = p
}

// same reports whether two nodes of a tape have the same text, the same names, and the same attached to them at the same
// places. There are no marks.
func (d *Data) same(a, b Ref) bool {
	if a == b {
		return true
	}
	if a.source != b.source {
		return false
	}
	t := d.tapes[a.source]
	x, y := t.nodes[a.node:t.nodes[a.node].skip], t.nodes[b.node:t.nodes[b.node].skip]
	if len(x) != len(y) || x[0].value.end-x[0].value.start > longestRepeat || !bytes.Equal(t.raw(&x[0]), t.raw(&y[0])) {
		return false
	}
	shift := y[0].value.start - x[0].value.start
	for i := range x {
		if i > 0 && y[i].key != x[i].key.moved(shift) && y[i].key != x[i].key {
			return false
		}
		if x[i].link != y[i].link && !d.sameLinks(x[i].link, y[i].link) {
			return false
		}
	}
	return true
}

func (d *Data) sameLinks(a, b uint32) bool {
	for a != 0 && b != 0 {
		x, y := &d.links[a], &d.links[b]
		if x.entity != y.entity || x.mark != y.mark {
			return false
		}
		a, b = x.next, y.next
	}
	return a == b
}
