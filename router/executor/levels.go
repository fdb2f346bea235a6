package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/plan"
	"github.com/trefoil-graph/trefoil/router/response"
)

// levels remember the objects at the paths that look-ups have walked: the targets of a plan share most of their way,
// within a look-up and from one fetch to the next. Without them, each target is walked to from the root; that plain
// path is taken where something failed (it keeps the scope of marks), or where parts of one value are in several
// sources. BenchmarkStandard, processor time on a busy machine: 320 µs without levels, 142 with them.
type levels struct {
	all []level
	// last is the number of the level that was begun last, also of those that were forgotten.
	last uint32
}

// level is the objects at the end of a path: the step from the level before, in the order of the response.
type level struct {
	parent int // index in levels.all; root for the first step
	key    string
	types  *operation.TypeSet
	spots  []spot
	number uint32
}

// spot is an object, in the source that has it there. What is attached to it is not remembered: that may still grow.
type spot struct {
	object response.Ref
	place  int
}

const root = -1

// forget forgets all, but not the memory.
func (l *levels) forget() {
	l.all = l.all[:0]
}

// outdate forgets all if entities that were attached to objects have something on a path that was walked before.
func (l *levels) outdate(data *response.Data, entities []response.Ref) {
	for i := range l.all {
		key := l.all[i].key
		if slices.ContainsFunc(l.all[:i], func(before level) bool { return before.key == key }) {
			continue
		}
		for _, entity := range entities {
			if _, has := data.Find(entity, key); has {
				l.forget()
				return
			}
		}
	}
}

func (l *levels) find(parent int, step *plan.PathElement) (int, bool) {
	for i := range l.all {
		if at := &l.all[i]; at.parent == parent && at.key == step.Key && at.types == step.Types {
			return i, true
		}
	}
	return 0, false
}

// add begins a level, with the memory of one that was forgotten.
func (l *levels) add(parent int, step *plan.PathElement) int {
	self := len(l.all)
	l.all = slices.Grow(l.all, 1)[:self+1]
	l.last++
	l.all[self] = level{parent: parent, key: step.Key, types: step.Types, spots: response.Keep(l.all[self].spots), number: l.last}
	return self
}

// stroll is walk from the root, by levels. False: nothing is done, and the plain path is to be walked.
func (w *representer) stroll() bool {
	if w.request.Plain || w.data.Marked() || len(w.target.Path) == 0 {
		return false
	}
	at := root
	for i := range w.target.Path {
		next, ok := w.descend(at, &w.target.Path[i])
		if !ok {
			return false
		}
		at = next
	}
	// A mark that is put on the way is one of an object that cannot be looked up, which explains nothing to others.
	spots := w.levels.all[at].spots
	for i, s := range spots {
		if i == sample {
			w.expect(len(spots) - i)
		}
		frame := w.Frame()
		w.represent(w.At(s.object), s.place, nil)
		w.Rewind(frame)
	}
	return true
}

// sample is how many objects say how much is to be written for all.
const sample = 1024

// expect makes room for so many more objects, all at once: as much as those took that were the sample. It is the executor's part of
// what the parser does for an answer's values (response/grow.go).
func (w *representer) expect(count int) {
	w.lookup.waiting = slices.Grow(w.lookup.waiting, count)
	if written := len(w.known.texts); written > sample/2 { // objects are not mostly the same
		w.known.expect(count)
		w.body = slices.Grow(w.body, len(w.body)/written*count)
	}
}

// descend returns the level behind a step; false if a value there is in several sources.
func (w *representer) descend(parent int, step *plan.PathElement) (int, bool) {
	if known, ok := w.levels.find(parent, step); ok {
		return known, true
	}
	at := w.levels.add(parent, step)
	frame := w.Frame()
	ok := true
	if parent == root {
		ok = w.enter(at, w.Root(), 0, step)
		w.Rewind(frame)
	} else {
		for _, s := range w.levels.all[parent].spots {
			ok = ok && w.enter(at, w.At(s.object), s.place, step)
			w.Rewind(frame)
		}
	}
	if !ok {
		w.levels.forget()
	}
	return at, ok
}

// enter adds the objects in an object's member to the level; false if they are in several sources.
func (w *representer) enter(at int, object response.Value, place int, step *plan.PathElement) bool {
	if step.Types != nil && !step.Types.Has(w.TypeName(object)) {
		return true
	}
	member, sources := w.Sole(object, step.Key)
	if sources == 1 {
		w.spread(at, member, w.addPlace(place, response.Step{Key: step.Key}))
	}
	w.doubtful = w.doubtful || sources > 1
	return sources <= 1
}

// spread adds an object, or those in a list.
func (w *representer) spread(at int, ref response.Ref, place int) {
	switch w.data.Kind(ref) {
	case response.Object:
		if l := &w.levels.all[at]; !w.allowed || w.data.See(ref, l.number) {
			l.spots = response.Push(l.spots, spot{ref, place})
		}
	case response.List:
		i := 0
		for item := range w.data.Items(ref) {
			w.spread(at, item, w.addPlace(place, response.Step{Index: i}))
			i++
		}
	}
}
