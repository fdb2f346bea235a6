package response

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// Reader reads Data as one tree. It keeps the nodes of the values that it returns on a stack; Frame and Rewind
// give their memory free, so that reading allocates nothing.
type Reader struct {
	data  *Data
	stack []Ref
}

// Value is what stands at one place of the response: the nodes of all sources that have something other than
// null there. The first source in order counts; of objects and lists, the others add to it.
type Value struct {
	refs []Ref
	// null is true if there is no node, but a source said null.
	null bool
}

// Ref is the node to which entities and marks for this value are linked.
func (v Value) Ref() Ref { return v.refs[0] }

// Frame is the point to rewind to.
func (r *Reader) Frame() int { return len(r.stack) }

// Rewind forgets the values that were returned since the frame.
func (r *Reader) Rewind(frame int) { r.stack = r.stack[:frame] }

// Kind of the value; Missing if no source has it.
func (r *Reader) Kind(v Value) Kind {
	switch {
	case len(v.refs) > 0:
		return r.data.node(v.refs[0]).kind
	case v.null:
		return Null
	default:
		return Missing
	}
}

// Raw is the JSON text of the value, which is not null or missing, as the first source has it.
func (r *Reader) Raw(v Value) []byte { return r.data.Raw(v.refs[0]) }

// Root is the response's data.
func (r *Reader) Root() Value {
	start := len(r.stack)
	for _, root := range r.data.roots {
		r.push(root)
	}
	return Value{refs: r.stack[start:]}
}

// Member is what the object's sources have under the key.
func (r *Reader) Member(object Value, key string) Value {
	start, null := len(r.stack), false
	for _, ref := range object.refs {
		tape := r.data.tapes[ref.source]
		i := tape.find(ref.node, key)
		switch {
		case i == 0:
		case tape.nodes[i].kind == Null:
			null = true
		default:
			r.push(Ref{ref.source, i})
		}
	}
	return Value{refs: r.stack[start:len(r.stack):len(r.stack)], null: null}
}

// push adds a node, and the entities that are attached to it.
func (r *Reader) push(ref Ref) {
	r.stack = append(r.stack, ref)
	for at := r.data.node(ref).link; at != 0; at = r.data.links[at].next {
		if l := &r.data.links[at]; l.mark < 0 {
			r.stack = append(r.stack, l.entity)
		}
	}
}

// Items goes through a list: the items of its sources at the same index belong together.
type Items struct {
	reader *Reader
	lists  []Ref
	// next are the nodes that come next, one for each list.
	next []Ref
}

// Items of a list. The iterator's own memory is on the reader's stack: rewind between two items to a frame
// that was taken after this call.
func (r *Reader) Items(list Value) Items {
	start := len(r.stack)
	for _, ref := range list.refs {
		r.stack = append(r.stack, Ref{ref.source, ref.node + 1})
	}
	return Items{reader: r, lists: list.refs, next: r.stack[start:len(r.stack):len(r.stack)]}
}

// Next returns the next item; false if there is none.
func (it *Items) Next() (Value, bool) {
	r := it.reader
	start, null, found := len(r.stack), false, false
	for i, list := range it.lists {
		nodes := r.data.tapes[list.source].nodes
		at := it.next[i].node
		if nodes[list.node].kind != List || at >= nodes[list.node].skip {
			continue
		}
		found = true
		it.next[i].node = nodes[at].skip
		if nodes[at].kind == Null {
			null = true
		} else {
			r.push(Ref{list.source, at})
		}
	}
	return Value{refs: r.stack[start:len(r.stack):len(r.stack)], null: null}, found
}

const typenameKey = "__typename"

// TypeName is the object's __typename: that which names an object type of the API schema, if a source says one
// (an interface object's source says the interface), else the first; empty if none does.
func (r *Reader) TypeName(object Value) string {
	first := ""
	for _, ref := range object.refs {
		member, ok := r.data.Find(ref, typenameKey)
		if !ok {
			continue
		}
		name := r.data.Text(member)
		if definition := r.data.schema.Types[name]; definition != nil && definition.Kind == ast.Object {
			return definition.Name
		}
		if first == "" {
			first = name
		}
	}
	return first
}
