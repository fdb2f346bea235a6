package response

import (
	"bytes"
	"encoding/json"
	"unsafe"
)

// Kind is the kind of a JSON value.
type Kind uint8

// The kinds. The zero Kind, Missing, is that of an absent value.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	List
	Object
)

// twin is the kind of a node that links to an earlier, equal one. Only tapes see it.
const twin = Object + 1

// Tape is one JSON text and its values, in the order of the text: a container comes before its
// contents. The next Parse reuses the memory.
type Tape struct {
	text  []byte
	nodes []node
	room  *room // for nodes; nil for no limit
	// owned is true if the text is a copy. A body must not be written to, not even past its end.
	owned bool
	// twins is true if there are any. places and shared serve to find them; remembers says if
	// shared has any.
	twins     bool
	places    []answerPlace
	shared    [slots]shared
	remembers bool
}

// node is one value. It contains no pointers, so that the garbage collector does not scan tapes.
type node struct {
	key   span // the name of an object's member, without quotes
	value span // the raw text
	// skip is the index of the next node outside this one: a sibling, or the node after the parent.
	skip uint32
	// link is the index of the object's first link in tree.links, or 0; in a twin, that of the
	// first node.
	link uint32
	// seen is the last level on which See was called for this object.
	seen uint32
	kind Kind
}

type span struct{ start, end uint32 }

// nodeBytes is the size of a node: for a list of single digits, 16 times that of the text.
const nodeBytes = int64(unsafe.Sizeof(node{}))

const (
	// slots is how many objects are remembered. Objects with the same hash replace each other.
	slots    = 1 << slotBits
	slotBits = 6
	// patience is how many new objects in a row end the search for repeated ones.
	patience = 64
)

// slotOf chooses a slot by hashing three words of a text.
func slotOf(a, b, c uint64) uint32 {
	hash := a*0x9e3779b97f4a7c15 ^ b*0xc2b2ae3d27d4eb4f ^ c*0x165667b19e3779f9
	return uint32((hash ^ hash>>32) * 0x9e3779b97f4a7c15 >> (64 - slotBits))
}

// shared is an object that may be repeated: the first one of its slot.
type shared struct {
	node  uint32 // 0, the node of the whole text, if the slot is empty
	depth uint32
	place uint32
}

// answerPlace is a position in an answer: the member names that lead there, through all lists.
type answerPlace struct {
	name           span
	child, sibling uint32
}

// reset forgets the text, and frees unusually large memory.
func (t *Tape) reset() {
	t.text, t.owned, t.twins = nil, false, false
	t.nodes = Keep(t.nodes)
	t.places = append(t.places[:0], answerPlace{})
	if t.remembers { // clearing 0.8 KB for each tape costs time: before, after and at each parse
		clear(t.shared[:])
		t.remembers = false
	}
}

func (t *Tape) key(n *node) []byte { return t.text[n.key.start:n.key.end] }

func (t *Tape) raw(n *node) []byte { return t.text[n.value.start:n.value.end] }

// find returns the index of an object's first member with that name, or 0.
func (t *Tape) find(object uint32, key string) uint32 {
	end := t.nodes[object].skip
	if t.nodes[object].kind != Object {
		return 0
	}
	for i := object + 1; i < end; i = t.nodes[i].skip {
		if t.named(&t.nodes[i], key) {
			return t.real(i)
		}
	}
	return 0
}

// real returns the index of the node that holds the node's value.
func (t *Tape) real(at uint32) uint32 {
	if n := &t.nodes[at]; n.kind == twin {
		return n.link
	}
	return at
}

// named reports whether a member has the name. The lengths rule out most other members.
func (t *Tape) named(n *node, key string) bool {
	return n.key.end-n.key.start == uint32(len(key)) && string(t.key(n)) == key
}

// content returns a string's content, which without escapes is valid only as long as the tape.
func (t *Tape) content(n *node) string {
	raw := t.raw(n)
	if bytes.IndexByte(raw, '\\') >= 0 {
		return unescape(raw)
	}
	inner := raw[1 : len(raw)-1]
	return unsafe.String(unsafe.SliceData(inner), len(inner))
}

// unescape decodes a valid JSON string.
func unescape(quoted []byte) string {
	var content string
	if err := json.Unmarshal(quoted, &content); err != nil {
		return ""
	}
	return content
}

// rename renames the members called from, of the objects at path, which may go through lists.
func (t *Tape) rename(at uint32, path []string, from string, to span) {
	switch n := &t.nodes[at]; n.kind {
	case List:
		for i := at + 1; i < n.skip; i = t.nodes[i].skip {
			t.rename(i, path, from, to)
		}
	case Object:
		if len(path) > 0 {
			if member := t.find(at, path[0]); member != 0 {
				t.rename(member, path[1:], from, to)
			}
		} else if member := t.find(at, from); member != 0 {
			t.nodes[member].key = to
		}
	}
}

// addText appends a text after the body.
func (t *Tape) addText(text []byte) span {
	if !t.owned {
		t.text, t.owned = append(make([]byte, 0, len(t.text)+256), t.text...), true
	}
	start := uint32(len(t.text))
	t.text = append(t.text, text...)
	return span{start, uint32(len(t.text))}
}

// grow makes room for more nodes: as many as are wanted, or as the limit allows.
func (t *Tape) grow(nodes int) (err error) {
	if t.room != nil {
		if nodes, err = t.room.take(nodes, nodeBytes); err != nil {
			return err
		}
	}
	grown := make([]node, len(t.nodes), len(t.nodes)+nodes)
	copy(grown, t.nodes)
	t.nodes = grown
	return nil
}

// copy appends a copy of a value's nodes, and of objects outside the value to which twins refer.
func (t *Tape) copy(from uint32) uint32 {
	at, end := uint32(len(t.nodes)), t.nodes[from].skip
	offset := at - from
	t.nodes = append(t.nodes, t.nodes[from:end]...)
	for i := at; i < end+offset; i++ {
		n := &t.nodes[i]
		n.skip += offset
		n.seen = 0
		switch {
		case n.kind != twin:
			n.link = 0
		case n.link >= from && n.link < end:
			n.link += offset
		default:
			of := t.copy(n.link) // which moves the nodes
			t.nodes[i].link = of
		}
	}
	return at
}
