package response

import "github.com/vektah/gqlparser/v2/ast"

// Data holds the subgraphs' answers to one client request: a tape for each source, how they belong
// together, and the failures. It has one owner; other goroutines may only parse tapes, each of
// which one goroutine parses.
//
// Reset makes its memory available to another request.
type Data struct {
	tree
	errors  []Error
	covered covered
	reader  Reader
	path    Path // used by the completion
	printed [slots]printed
	budget  budget
	room    room // for the nodes of the tapes
	twins   bool // true if a tape that was taken has any
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

// Limit sets one limit in bytes for each of three things: the texts of the answers with the data
// derived from them, apart from the response; the index of their values, which is usually about as
// large as the texts; and the response. Zero means no limit.
//
// An answer whose index does not fit is not read.
func (d *Data) Limit(bytes int64) {
	d.budget = budget{most: bytes}
	d.room.limit(bytes)
	d.room.none.Store(false) // here and not in room.limit: Restart must not forget a refusal
}

// Refuse records that the limit is exceeded. Its caller stopped reading an answer for that reason.
func (d *Data) Refuse() { d.budget.refused = true }

// Exceeded reports whether a limit is exceeded. Then the response is that error and nothing else:
// otherwise the order of the answers would decide which data is left out.
func (d *Data) Exceeded() bool {
	b := &d.budget
	return b.refused || d.room.none.Load() || b.most > 0 && b.answers+b.copies+b.errors > b.most
}

// Restart forgets everything except the tapes. Tapes that were used must be parsed again.
func (d *Data) Restart() {
	d.roots, d.rootMarks = d.roots[:0], d.rootMarks[:0]
	d.links = append(Keep(d.links), link{})
	clear(d.marks)
	d.marks = d.marks[:0]
	clear(d.errors)
	d.errors = d.errors[:0]
	d.covered = nil
	d.budget.copies, d.budget.errors = 0, 0
	d.room.limit(d.budget.most)
	d.twins = false
	d.reader = Reader{tree: &d.tree, stack: d.reader.stack[:0]}
}

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

// Reader returns the one reader, at the root. Its values are valid until it is rewound.
func (d *Data) Reader() *Reader { return &d.reader }

// Copy returns a copy of a value for another position, where other entities will be attached.
func (d *Data) Copy(value Ref) Ref {
	t := d.tapes[value.source]
	before := len(t.nodes)
	at := t.copy(value.node)
	d.budget.copies += int64(len(t.nodes)-before) * nodeBytes
	return Ref{value.source, at}
}

// Flawed reports whether there is any mark or error.
func (d *Data) Flawed() bool { return len(d.marks)+len(d.errors) > 0 }

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
