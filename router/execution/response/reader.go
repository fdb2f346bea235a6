package response

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// Reader reads the tree. It keeps the nodes of the values that it returns on a stack;
// Frame and Rewind release them, so that reading does not allocate.
type Reader struct {
	tree  *tree
	stack []seat
}

// seat is a node on the reader's stack and the position at which reading continues: the next item
// of a list, or the member of an object that is likely to be read next.
type seat struct {
	Ref
	next uint32
}

// Value is the data at one position of the response: the nodes of all sources whose value there is
// not null. The first source determines the kind and the value of a leaf; the others add to
// objects and lists.
type Value struct {
	seats []seat
	// null is true if there is no node, but a source has null.
	null bool
}

// Ref returns the node to which entities and marks for this value are linked.
func (v Value) Ref() Ref { return v.seats[0].Ref }

// Frame returns the stack's position, for Rewind.
func (r *Reader) Frame() int { return len(r.stack) }

// Rewind releases the values that were returned since the frame.
func (r *Reader) Rewind(frame int) { r.stack = r.stack[:frame] }

// Kind returns the kind of the value, or Missing if no source has it.
func (r *Reader) Kind(v Value) Kind {
	switch {
	case len(v.seats) > 0:
		return r.tree.node(v.seats[0].Ref).kind
	case v.null:
		return Null
	default:
		return Missing
	}
}

// Raw returns the JSON text of the value's first source. The value must not be null or missing.
func (r *Reader) Raw(v Value) []byte { return r.tree.Raw(v.Ref()) }

// Root returns the response's data.
func (r *Reader) Root() Value {
	start := len(r.stack)
	for _, root := range r.tree.roots {
		r.push(root)
	}
	return Value{seats: r.stack[start:]}
}

// Member returns the sources' values of the object's member.
func (r *Reader) Member(object Value, key string) Value { return r.member(object, key, false) }

// member is Member; if ahead is set, it expects members in the order in which they were requested.
func (r *Reader) member(object Value, key string, ahead bool) Value {
	start, null := len(r.stack), false
	for i := range object.seats {
		s, at := &object.seats[i], uint32(0)
		tape := r.tree.tapes[s.source]
		if ahead {
			at = tape.expect(s, key)
		} else {
			at = tape.find(s.node, key)
		}
		switch {
		case at == 0:
		case tape.nodes[at].kind == Null:
			null = true
		default:
			r.push(Ref{s.source, at})
		}
	}
	return Value{seats: r.stack[start:len(r.stack):len(r.stack)], null: null}
}

// At returns the value of a single node, with the entities that are attached to it.
func (r *Reader) At(ref Ref) Value {
	start := len(r.stack)
	r.push(ref)
	return Value{seats: r.stack[start:]}
}

// expect is find for members in the order in which they were requested. The seat moves only past a
// member that was expected; so all members before it were requested under other names, and if a
// name occurs twice, the first is found.
func (t *Tape) expect(s *seat, key string) uint32 {
	if at := s.next; at < t.nodes[s.node].skip && t.named(&t.nodes[at], key) &&
		t.nodes[s.node].kind == Object {
		s.next = t.nodes[at].skip
		return t.real(at)
	}
	return t.find(s.node, key)
}

// Sole returns the node of the object's member, which is meaningful if sources is 1: how many
// sources have the member with a value other than null.
func (r *Reader) Sole(object Value, key string) (ref Ref, sources int) {
	for i := range object.seats {
		s := &object.seats[i]
		tape := r.tree.tapes[s.source]
		if at := tape.expect(s, key); at != 0 && tape.nodes[at].kind != Null {
			ref = Ref{s.source, at}
			sources++
		}
	}
	return ref, sources
}

// push adds a node, and the entities that are attached to it.
func (r *Reader) push(ref Ref) {
	r.stack = append(r.stack, seat{ref, ref.node + 1})
	for at := r.tree.node(ref).link; at != 0; at = r.tree.links[at].next {
		if l := &r.tree.links[at]; l.mark < 0 {
			r.stack = append(r.stack, seat{l.entity, l.entity.node + 1})
		}
	}
}

// Items iterates over a list. Items of different sources at the same index belong together.
type Items struct {
	reader *Reader
	lists  []seat
}

// Items returns an iterator over a list. The iterator's memory is on the reader's stack: between
// two items, rewind to a frame that was taken after this call.
func (r *Reader) Items(list Value) Items {
	start := len(r.stack)
	for _, s := range list.seats {
		r.stack = append(r.stack, seat{s.Ref, s.node + 1})
	}
	return Items{reader: r, lists: r.stack[start:len(r.stack):len(r.stack)]}
}

// Next returns the next item, or false if there is none.
func (it *Items) Next() (Value, bool) {
	r := it.reader
	start, null, found := len(r.stack), false, false
	for i := range it.lists {
		list := &it.lists[i]
		nodes := r.tree.tapes[list.source].nodes
		if nodes[list.node].kind != List || list.next >= nodes[list.node].skip {
			continue
		}
		found = true
		if nodes[list.next].kind == Null {
			null = true
		} else {
			r.push(Ref{list.source, r.tree.tapes[list.source].real(list.next)})
		}
		list.next = nodes[list.next].skip
	}
	return Value{seats: r.stack[start:len(r.stack):len(r.stack)], null: null}, found
}

// item returns one item of a list.
func (r *Reader) item(list Value, index int) Value {
	items := r.Items(list)
	for range index {
		if _, ok := items.Next(); !ok {
			break
		}
	}
	item, _ := items.Next()
	return item
}

const typenameKey = "__typename"

// TypeName returns the object's __typename. If sources disagree, the name of an object type of the
// API schema is preferred (the source of an interface object reports the interface), then the
// first. It is "" if there is none.
func (r *Reader) TypeName(object Value) string {
	first := ""
	for _, s := range object.seats {
		member, ok := r.tree.Find(s.Ref, typenameKey)
		if !ok {
			continue
		}
		name := r.tree.Text(member)
		if definition := r.tree.schema.Types[name]; definition != nil && definition.Kind == ast.Object {
			return definition.Name
		}
		if first == "" {
			first = name
		}
	}
	return first
}
