package response

import "unsafe"

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

// node is one value. It contains no pointers, so that the garbage collector does not scan tapes.
type node struct {
	key   span // the name of an object's member, without quotes
	value span // the raw text
	// skip is the index of the next node outside this one: a sibling, or the node after the
	// parent.
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
