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

// Data holds the subgraphs' answers to one client request: a tape for each source, how they belong
// together, and the failures. It has one owner; other goroutines may only parse tapes, each of
// which one goroutine parses.
//
// Reset makes its memory available to another request.
type Data struct {
	schema    *ast.Schema
	tapes     []*Tape
	roots     []Ref // sorted by source, so that the order of answers does not show
	links     []link
	marks     []Mark
	rootMarks []int
	errors    []Error
	covered   covered
	reader    Reader
	path      Path // used by the completion
	printed   [slots]printed
	budget    budget
	room      room // for the nodes of the tapes
	twins     bool // true if a tape that was taken has any
}

// link attaches an entity or a mark to an object, whose links are a list sorted by source.
type link struct {
	next   uint32
	entity Ref
	mark   int32 // index in Data.marks; -1 if this is an entity
	source int32
}

// Reset empties the data for a request with that many sources.
func (d *Data) Reset(schema *ast.Schema, sources int) {
	d.schema = schema
	for len(d.tapes) < sources {
		d.tapes = append(d.tapes, &Tape{room: &d.room})
	}
	for _, tape := range d.tapes {
		tape.reset()
	}
	d.Limit(0)
	d.Restart()
}

// Restart forgets everything except the tapes. Tapes that were used must be parsed again.
func (d *Data) Restart() {
	d.roots = d.roots[:0]
	d.links = append(Keep(d.links), link{})
	clear(d.marks)
	d.marks = d.marks[:0]
	d.rootMarks = d.rootMarks[:0]
	clear(d.errors)
	d.errors = d.errors[:0]
	d.covered = nil
	d.budget.restart()
	d.room.limit(d.budget.most)
	d.twins = false
	d.reader = Reader{data: d, stack: d.reader.stack[:0]}
}

// Tape returns the tape of a source.
func (d *Data) Tape(source int) *Tape { return d.tapes[source] }

// Body returns the outermost value of a source's tape.
func (d *Data) Body(source int) Ref { return Ref{source: uint32(source)} }

// Take registers a source whose tape has been parsed. Data reads no other tape: after the
// deadline, a goroutine whose result nobody needs may still be parsing it.
func (d *Data) Take(source int) {
	tape := d.tapes[source]
	d.budget.answers += int64(len(tape.text))
	d.twins = d.twins || tape.twins
}

// Size returns the length of the texts, at most the limit: about that of a response without twins.
func (d *Data) Size() int {
	if most := d.budget.most; most > 0 {
		return int(min(d.budget.answers, most))
	}
	return int(d.budget.answers)
}

// Reader returns a reader at the root. There is one reader; its values are valid until it is
// rewound.
func (d *Data) Reader() *Reader { return &d.reader }

// AddRoot adds an object's members to the root of the response.
func (d *Data) AddRoot(object Ref) {
	at := len(d.roots)
	for at > 0 && d.roots[at-1].source > object.source {
		at--
	}
	d.roots = append(d.roots, Ref{})
	copy(d.roots[at+1:], d.roots[at:])
	d.roots[at] = object
}

// Attach attaches an entity to the object for which it was fetched.
func (d *Data) Attach(object, entity Ref) {
	d.addLink(object, link{entity: entity, mark: -1, source: int32(entity.source)})
}

// Copy returns a copy of a value for another position, where other entities will be attached.
func (d *Data) Copy(value Ref) Ref {
	t := d.tapes[value.source]
	before := len(t.nodes)
	at := t.copy(value.node)
	d.budget.copies += int64(len(t.nodes)-before) * nodeBytes
	return Ref{value.source, at}
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

// Inside returns the value in a copy of a container that corresponds to r in the container.
func (r Ref) Inside(container, copied Ref) Ref {
	return Ref{r.source, r.node - container.node + copied.node}
}

// Expect reserves memory for links to that many objects.
func (d *Data) Expect(objects int) { d.links = slices.Grow(d.links, objects) }

// See reports whether it is called for the object for the first time on this level.
func (d *Data) See(object Ref, level uint32) bool {
	n := d.node(object)
	first := n.seen != level
	n.seen = level
	return first
}

// AddMark stores a mark and returns its number, by which it is put on objects or the root.
func (d *Data) AddMark(m Mark) int {
	d.marks = append(d.marks, m)
	return len(d.marks) - 1
}

// MarkObject puts a mark on an object.
func (d *Data) MarkObject(object Ref, mark int) {
	d.addLink(object, link{mark: int32(mark), source: int32(d.marks[mark].Source)})
}

// Marked reports whether there is any mark.
func (d *Data) Marked() bool { return len(d.marks) > 0 }

// Flawed reports whether there is any mark or error.
func (d *Data) Flawed() bool { return len(d.marks)+len(d.errors) > 0 }

// MarkRoot puts a mark on the root.
func (d *Data) MarkRoot(mark int) { d.rootMarks = append(d.rootMarks, mark) }

// AddError adds an error that a subgraph reported. Its path is that of the client's response.
func (d *Data) AddError(e Error) {
	if d.budget.errors += e.weight(); d.Exceeded() {
		return
	}
	if d.covered == nil {
		d.covered = covered{}
	}
	var id []byte
	for _, step := range e.Path {
		id = appendStep(id, step)
		known, has := d.covered[string(id)]
		if !has || e.Source < d.errors[known.first].Source {
			d.covered[string(id)] = reported{len(d.errors), known.passedOn}
		}
	}
	d.errors = append(d.errors, e)
}

// PassOn returns the first subgraph error at the path or below it, to explain why the fields that
// need the value there are null. An error that was passed on is not reported again at a field that
// the client did not select.
func (d *Data) PassOn(path Path) (Failure, bool) {
	id := pathID(path)
	at, has := d.covered[string(id)]
	if !has {
		return Failure{}, false
	}
	at.passedOn = true
	d.covered[string(id)] = at
	return d.errors[at.first].Failure, true
}

// Erred reports whether a subgraph reported any error.
func (d *Data) Erred() bool { return len(d.errors) > 0 }

// addLink adds a link unless the object has it. An object at several positions needs it only once.
func (d *Data) addLink(object Ref, l link) {
	n := d.node(object)
	before := uint32(0)
	for at := n.link; at != 0; at = d.links[at].next {
		found := d.links[at]
		if found.source > l.source {
			break
		}
		if found.entity == l.entity && found.mark == l.mark {
			return
		}
		before = at
	}
	self := uint32(len(d.links))
	if before == 0 {
		l.next, n.link = n.link, self
	} else {
		l.next, d.links[before].next = d.links[before].next, self
	}
	d.links = Push(d.links, l)
}

func (d *Data) node(r Ref) *node { return &d.tapes[r.source].nodes[r.node] }

// Kind returns the kind of a value.
func (d *Data) Kind(r Ref) Kind { return d.node(r).kind }

// Find returns an object's member. It returns false if there is none, or if the value is not an
// object.
func (d *Data) Find(object Ref, key string) (Ref, bool) {
	i := d.tapes[object.source].find(object.node, key)
	return Ref{object.source, i}, i != 0
}

// Items iterates over the values in a list or an object.
func (d *Data) Items(container Ref) iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		tape := d.tapes[container.source]
		nodes := tape.nodes
		for i := container.node + 1; i < nodes[container.node].skip; i = nodes[i].skip {
			if !yield(Ref{container.source, tape.real(i)}) {
				return
			}
		}
	}
}

// Members iterates over the names and values in an object.
func (d *Data) Members(object Ref) iter.Seq2[string, Ref] {
	return func(yield func(string, Ref) bool) {
		if d.Kind(object) != Object {
			return
		}
		tape := d.tapes[object.source]
		for i := object.node + 1; i < tape.nodes[object.node].skip; i = tape.nodes[i].skip {
			if !yield(string(tape.key(&tape.nodes[i])), Ref{object.source, tape.real(i)}) {
				return
			}
		}
	}
}

// Raw returns the JSON text of a value.
func (d *Data) Raw(r Ref) []byte { return d.tapes[r.source].raw(d.node(r)) }

// Text returns the content of a string, or "" for a value of another kind.
func (d *Data) Text(r Ref) string {
	if d.Kind(r) != String {
		return ""
	}
	return d.tapes[r.source].content(d.node(r))
}

// Rename renames a member of the objects on the rename's path from the value.
func (d *Data) Rename(from Ref, rename plan.Rename) {
	d.tapes[from.source].rename(from.node, rename.Path, rename.From, rename.To)
}
