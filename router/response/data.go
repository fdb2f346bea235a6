package response

import (
	"iter"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/plan"
)

// Ref is one value in one of Data's tapes.
type Ref struct{ source, node uint32 }

// Source is the tape's.
func (r Ref) Source() int { return int(r.source) }

// Data is what the subgraphs answered to one client request: a tape for each source, how they belong together,
// and what failed. It has one owner: only the tapes may be parsed in other goroutines, each in one.
//
// Its memory is used again after Reset.
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
	path      Path // completion's
	printed   [slots]printed
	budget    budget
	room      room // of the tapes
	twins     bool // there are any in what was taken
}

// link adds to one object an entity, or a mark. The links of an object are a list, sorted by source.
type link struct {
	next   uint32
	entity Ref
	mark   int32 // index in Data.marks; -1: this is an entity
	source int32
}

// Reset empties the data for a request with so many sources.
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

// Restart forgets all but the tapes: how they belong together, and what failed. Tapes that were used are to be parsed
// again.
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

// Tape is the tape of a source.
func (d *Data) Tape(source int) *Tape { return d.tapes[source] }

// Body is the outermost value of a source's tape.
func (d *Data) Body(source int) Ref { return Ref{source: uint32(source)} }

// Take takes in a source whose tape has been parsed. Of others nothing is read: they may be parsed at this moment, after the
// deadline, for nobody.
func (d *Data) Take(source int) {
	tape := d.tapes[source]
	d.budget.answers += int64(len(tape.text))
	d.twins = d.twins || tape.twins
}

// Size is how long the texts are, up to the limit: without twins, about as long as the response.
func (d *Data) Size() int {
	if most := d.budget.most; most > 0 {
		return int(min(d.budget.answers, most))
	}
	return int(d.budget.answers)
}

// Reader reads the data from the root. There is one: what it has returned is valid until it is rewound.
func (d *Data) Reader() *Reader { return &d.reader }

// AddRoot adds an object to the root of the response.
func (d *Data) AddRoot(object Ref) {
	at := len(d.roots)
	for at > 0 && d.roots[at-1].source > object.source {
		at--
	}
	d.roots = append(d.roots, Ref{})
	copy(d.roots[at+1:], d.roots[at:])
	d.roots[at] = object
}

// Attach adds an entity to the object for which it was looked up.
func (d *Data) Attach(object, entity Ref) {
	d.addLink(object, link{entity: entity, mark: -1, source: int32(entity.source)})
}

// Copy is a value for another place of the response: what is attached inside the one is not inside the other.
func (d *Data) Copy(value Ref) Ref {
	t := d.tapes[value.source]
	before := len(t.nodes)
	at := t.copy(value.node)
	d.budget.copies += int64(len(t.nodes)-before) * nodeBytes
	return Ref{value.source, at}
}

// copy adds the nodes of a value again. A twin of an object outside of the value gets a copy of that object.
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

// Inside is, in a copy of a container, what the inner value is in the container.
func (r Ref) Inside(container, copied Ref) Ref {
	return Ref{r.source, r.node - container.node + copied.node}
}

// Expect makes room for what is attached to so many objects.
func (d *Data) Expect(objects int) { d.links = slices.Grow(d.links, objects) }

// See reports whether an object was not seen on this level before.
func (d *Data) See(object Ref, level uint32) bool {
	n := d.node(object)
	first := n.seen != level
	n.seen = level
	return first
}

// AddMark keeps a mark, to be put on objects or the root by its number.
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

// AddError adds an error of a subgraph, its path being the client's.
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

// PassOn returns the first error of a subgraph at the path or below it, for which a null stands there, to be told of what needs
// that value. It is not told once more in a field that the client did not ask for.
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

// Erred reports whether a subgraph has told of any error.
func (d *Data) Erred() bool { return len(d.errors) > 0 }

// addLink links once: an object that stands at several places of the response is linked to for each.
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

// Kind of one value.
func (d *Data) Kind(r Ref) Kind { return d.node(r).kind }

// Find returns an object's member; false if there is none, or it is no object.
func (d *Data) Find(object Ref, key string) (Ref, bool) {
	i := d.tapes[object.source].find(object.node, key)
	return Ref{object.source, i}, i != 0
}

// Items are the values in a list or an object.
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

// Members are the names and values in an object.
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

// Raw is the JSON text of one value.
func (d *Data) Raw(r Ref) []byte { return d.tapes[r.source].raw(d.node(r)) }

// Text is the content of a string; empty for another kind.
func (d *Data) Text(r Ref) string {
	if d.Kind(r) != String {
		return ""
	}
	return d.tapes[r.source].content(d.node(r))
}

// Rename gives a member, in the objects on the rename's path from the value, another name.
func (d *Data) Rename(from Ref, rename plan.Rename) {
	d.tapes[from.source].rename(from.node, rename.Path, rename.From, rename.To)
}
