package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// levels caches the objects at the paths that look-ups have walked: the targets of a plan share
// most of their paths, within a look-up and from one fetch to the next. Without it, the walk to
// each target starts at the root. That plain path is used after a failure (it keeps the scope of
// marks), and if parts of one value are in several sources. BenchmarkStandard, processor time on a
// busy machine: 320 µs without levels, 142 with them.
type levels struct {
	all []level
	// last is the number of the latest level, including levels that were dropped.
	last uint32
}

// level holds the objects at the end of a path, in the order of the response. The path is the
// parent's and one more step.
type level struct {
	parent int // index in levels.all; root for the first step
	key    string
	types  *operation.TypeSet
	spots  []spot
	number uint32
}

// spot is an object in its source. Entities attached to it are not stored, because more may be
// attached later.
type spot struct {
	object response.Ref
	place  int
}

const root = -1

// forget drops all levels, but keeps the memory.
func (l *levels) forget() {
	l.all = l.all[:0]
}

// outdate drops all levels if a newly attached entity has a member on a path that was walked
// before.
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

// add starts a level, with the memory of one that was dropped.
func (l *levels) add(parent int, step *plan.PathElement) int {
	self := len(l.all)
	l.all = slices.Grow(l.all, 1)[:self+1]
	l.last++
	l.all[self] = level{parent: parent, key: step.Key, types: step.Types, spots: response.Keep(l.all[self].spots), number: l.last}
	return self
}

// stroll is walk from the root, by levels. If it returns false it has done nothing, and the caller
// takes the plain path.
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
	// Marks made here belong to objects that cannot be looked up, and explain nothing about
	// others.
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

// sample is how many objects are processed before the memory for the rest is estimated.
const sample = 1024

// expect makes room for count more objects at once, estimated from those before. It does for the
// executor what response/token.go does for the parser.
func (w *representer) expect(count int) {
	w.lookup.waiting = slices.Grow(w.lookup.waiting, count)
	if written := len(w.known.texts); written > sample/2 { // most objects differ
		w.known.expect(count)
		w.body = slices.Grow(w.body, len(w.body)/written*count)
	}
}

// descend returns the level after a step. It returns false if a value there is in several sources.
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

// enter adds the objects in an object's member to the level. It returns false if they are in
// several sources.
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

// spread adds an object, or all objects in a list.
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
