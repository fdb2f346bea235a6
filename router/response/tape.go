package response

import (
	"encoding/json"
	"unsafe"
)

// Kind is the kind of a JSON value.
type Kind uint8

// The kinds. The zero Kind is that of a value that is not there.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	List
	Object
)

// Tape is one JSON text and its values, in the order of the text: a container, then all that is in it.
// Its memory is used again by the next Parse.
type Tape struct {
	text  []byte
	nodes []node
	room  *room // for nodes; nil: as much as it takes
	// owned is true if the text is a copy: that of a body is not to be written to, not even behind its end.
	owned bool
	// twins is true if there are any. places and shared are how they are found; remembers is true if there is any in shared.
	twins     bool
	places    []answerPlace
	shared    [slots]shared
	remembers bool
}

// node is one value. It has no pointers, so that the garbage collector need not look into tapes.
type node struct {
	key   span // of an object's member: the name, without quotes
	value span // the raw text
	// skip is the index of the next node that is not inside this one: the next sibling, or what follows the parent.
	skip uint32
	// link is the first of Data.links that belong to this object, 0 if there are none; of a twin, the node that it is.
	link uint32
	// seen is the last of the levels that have this object.
	seen uint32
	kind Kind
}

// span is a piece of the tape's text.
type span struct{ start, end uint32 }

// reset forgets the text, and the memory too if it is unusually much.
func (t *Tape) reset() {
	t.text, t.owned, t.twins = nil, false, false
	t.nodes = Keep(t.nodes)
	t.places = append(t.places[:0], answerPlace{})
	if t.remembers { // 0.8 KB, of each tape, at the beginning, at the end and before it is parsed
		clear(t.shared[:])
		t.remembers = false
	}
}

func (t *Tape) key(n *node) []byte { return t.text[n.key.start:n.key.end] }

func (t *Tape) raw(n *node) []byte { return t.text[n.value.start:n.value.end] }

// find returns the index of an object's member, the first if there are several; 0 if it has none of that name.
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

// named reports whether a member has the name. Most that have not are of another length.
func (t *Tape) named(n *node, key string) bool {
	return n.key.end-n.key.start == uint32(len(key)) && string(t.key(n)) == key
}

// content returns a string's content. It is valid as long as the tape is, unless the string has escapes.
func (t *Tape) content(n *node) string {
	raw := t.raw(n)
	for _, c := range raw {
		if c == '\\' {
			return unescape(raw)
		}
	}
	inner := raw[1 : len(raw)-1]
	return unsafe.String(unsafe.SliceData(inner), len(inner))
}

// unescape decodes a JSON string that was found to be valid.
func unescape(quoted []byte) string {
	var content string
	if err := json.Unmarshal(quoted, &content); err != nil {
		return ""
	}
	return content
}

// rename gives the members called from, of the objects at path, another name; lists on the way are entered.
func (t *Tape) rename(at uint32, path []string, from, to string) {
	t.renameTo(at, path, from, t.addText([]byte(to)))
}

func (t *Tape) renameTo(at uint32, path []string, from string, to span) {
	switch n := &t.nodes[at]; n.kind {
	case List:
		for i := at + 1; i < n.skip; i = t.nodes[i].skip {
			t.renameTo(i, path, from, to)
		}
	case Object:
		if len(path) > 0 {
			if member := t.find(at, path[0]); member != 0 {
				t.renameTo(member, path[1:], from, to)
			}
		} else if member := t.find(at, from); member != 0 {
			t.nodes[member].key = to
		}
	}
}

// addText puts a text behind the body.
func (t *Tape) addText(text []byte) span {
	if !t.owned {
		t.text, t.owned = append(make([]byte, 0, len(t.text)+256), t.text...), true
	}
	start := uint32(len(t.text))
	t.text = append(t.text, text...)
	return span{start, uint32(len(t.text))}
}
