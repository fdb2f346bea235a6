package response

import (
	"iter"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// Ref identifies one value in one of Data's tapes.
type Ref struct{ source, node uint32 }

// Source returns the number of the tape.
func (r Ref) Source() int { return int(r.source) }

// Inside returns the value in a copy of a container that corresponds to r in the container.
func (r Ref) Inside(container, copied Ref) Ref {
	return Ref{r.source, r.node - container.node + copied.node}
}

// tree is the answers as one tree: a tape for each source, and how their values belong together.
type tree struct {
	schema    *ast.Schema
	tapes     []*Tape
	roots     []Ref // sorted by source, so that the order of answers does not show
	links     []link
	marks     []Mark
	rootMarks []int
}

// link attaches an entity or a mark to an object, whose links are a list sorted by source.
type link struct {
	next   uint32
	entity Ref
	mark   int32 // index in tree.marks; -1 if this is an entity
	source int32
}

// Tape returns the tape of a source.
func (t *tree) Tape(source int) *Tape { return t.tapes[source] }

// Body returns the outermost value of a source's tape.
func (t *tree) Body(source int) Ref { return Ref{source: uint32(source)} }

// AddRoot adds an object's members to the root of the response.
func (t *tree) AddRoot(object Ref) {
	at := len(t.roots)
	for at > 0 && t.roots[at-1].source > object.source {
		at--
	}
	t.roots = append(t.roots, Ref{})
	copy(t.roots[at+1:], t.roots[at:])
	t.roots[at] = object
}

// Attach attaches an entity to the object for which it was fetched.
func (t *tree) Attach(object, entity Ref) {
	t.addLink(object, link{entity: entity, mark: -1, source: int32(entity.source)})
}

// Expect reserves memory for links to that many objects.
func (t *tree) Expect(objects int) { t.links = slices.Grow(t.links, objects) }

// See reports whether it is called for the object for the first time on this level.
func (t *tree) See(object Ref, level uint32) bool {
	n := t.node(object)
	first := n.seen != level
	n.seen = level
	return first
}

// AddMark stores a mark and returns its number, by which it is put on objects or the root.
func (t *tree) AddMark(m Mark) int {
	t.marks = append(t.marks, m)
	return len(t.marks) - 1
}

// MarkObject puts a mark on an object.
func (t *tree) MarkObject(object Ref, mark int) {
	t.addLink(object, link{mark: int32(mark), source: int32(t.marks[mark].Source)})
}

// MarkRoot puts a mark on the root.
func (t *tree) MarkRoot(mark int) { t.rootMarks = append(t.rootMarks, mark) }

// Marked reports whether there is any mark.
func (t *tree) Marked() bool { return len(t.marks) > 0 }

// addLink adds a link unless the object has it. An object at several positions needs it only once.
func (t *tree) addLink(object Ref, l link) {
	n := t.node(object)
	before := uint32(0)
	for at := n.link; at != 0; at = t.links[at].next {
		found := t.links[at]
		if found.source > l.source {
			break
		}
		if found.entity == l.entity && found.mark == l.mark {
			return
		}
		before = at
	}
	self := uint32(len(t.links))
	if before == 0 {
		l.next, n.link = n.link, self
	} else {
		l.next, t.links[before].next = t.links[before].next, self
	}
	t.links = Push(t.links, l)
}

func (t *tree) node(r Ref) *node { return &t.tapes[r.source].nodes[r.node] }

// Kind returns the kind of a value.
func (t *tree) Kind(r Ref) Kind { return t.node(r).kind }

// Find returns an object's member, or false if there is none or the value is not an object.
func (t *tree) Find(object Ref, key string) (Ref, bool) {
	i := t.tapes[object.source].find(object.node, key)
	return Ref{object.source, i}, i != 0
}

// Items iterates over the values in a list or an object.
func (t *tree) Items(container Ref) iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		tape := t.tapes[container.source]
		nodes := tape.nodes
		for i := container.node + 1; i < nodes[container.node].skip; i = nodes[i].skip {
			if !yield(Ref{container.source, tape.real(i)}) {
				return
			}
		}
	}
}

// Members iterates over the names and values in an object.
func (t *tree) Members(object Ref) iter.Seq2[string, Ref] {
	return func(yield func(string, Ref) bool) {
		if t.Kind(object) != Object {
			return
		}
		tape := t.tapes[object.source]
		for i := object.node + 1; i < tape.nodes[object.node].skip; i = tape.nodes[i].skip {
			if !yield(string(tape.key(&tape.nodes[i])), Ref{object.source, tape.real(i)}) {
				return
			}
		}
	}
}

// Raw returns the JSON text of a value.
func (t *tree) Raw(r Ref) []byte { return t.tapes[r.source].raw(t.node(r)) }

// Text returns the content of a string, or "" for a value of another kind.
func (t *tree) Text(r Ref) string {
	if t.Kind(r) != String {
		return ""
	}
	return t.tapes[r.source].content(t.node(r))
}

// Rename renames a member of the objects on the rename's path from the value.
func (t *tree) Rename(from Ref, rename plan.Rename) {
	tape := t.tapes[from.source]
	tape.rename(from.node, rename.Path, rename.From, tape.addText([]byte(rename.To)))
}
