package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// walker walks to the targets of a look-up and represents the objects there.
type walker struct {
	representer
	// grouping is nil if no value comes from a context.
	grouping *grouping
}

// visit represents the objects at one of the look-up's targets.
func (w *walker) visit(targets []plan.Target, number int) {
	w.target, w.number = &targets[number], number
	if w.grouping == nil && w.walkByLevels() {
		return
	}
	frame := w.Frame()
	w.walk(w.Root(), 0, 0, w.data.RootScope())
	w.Rewind(frame)
}

// walk visits the objects at the end of the target's path, starting from a value at some depth of
// it.
func (w *walker) walk(v response.Value, depth, at int, scope response.Scope) {
	switch w.Kind(v) {
	case response.List:
		items := w.Items(v)
		frame := w.Frame()
		for i := 0; ; i++ {
			item, ok := items.Next()
			if !ok {
				return
			}
			w.walk(item, depth, w.places.add(at, response.Step{Index: i}), scope)
			w.Rewind(frame)
		}
	case response.Object:
		scope = scope.Object(w.Reader, v)
		if w.grouping != nil {
			w.grouping.pass(depth, passed{v, at, scope})
		}
		if depth == len(w.target.Path) {
			if w.grouping != nil {
				w.grouping.represent(&w.representer, v, at, scope)
			} else {
				w.represent(v, at, scope)
			}
			return
		}
		step := &w.target.Path[depth]
		if step.Types != nil && !step.Types.Has(w.TypeName(v)) {
			return
		}
		w.walk(w.Member(v, step.Key), depth+1,
			w.places.add(at, response.Step{Key: step.Key}), scope.Field(step.Key))
	}
}

// walkByLevels is walk from the root, by levels. If it returns false it has done nothing, and the
// caller takes the plain path.
func (w *walker) walkByLevels() bool {
	if w.plain || w.data.Marked() || len(w.target.Path) == 0 {
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
	objects := w.levels.all[at].objects
	for i, o := range objects {
		if i == sample {
			w.expect(len(objects) - i)
		}
		frame := w.Frame()
		w.represent(w.At(o.ref), o.place, nil)
		w.Rewind(frame)
	}
	return true
}

// sample is how many objects are processed before the memory for the rest is estimated.
const sample = 1024

// expect makes room for count more objects at once, estimated from those before. It does for the
// executor what response/token.go does for the parser.
func (w *walker) expect(count int) {
	w.lookup.waiting = slices.Grow(w.lookup.waiting, count)
	if written := len(w.numbering.texts); written > sample/2 { // most objects differ
		w.numbering.texts = slices.Grow(w.numbering.texts, count)
		w.body = slices.Grow(w.body, len(w.body)/written*count)
	}
}

// descend returns the level after a step. It returns false if a value there is in several sources.
func (w *walker) descend(parent int, step *plan.PathElement) (int, bool) {
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
		for _, o := range w.levels.all[parent].objects {
			ok = ok && w.enter(at, w.At(o.ref), o.place, step)
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
func (w *walker) enter(at int, object response.Value, place int, step *plan.PathElement) bool {
	if step.Types != nil && !step.Types.Has(w.TypeName(object)) {
		return true
	}
	member, sources := w.Sole(object, step.Key)
	if sources == 1 {
		w.spread(at, member, w.places.add(place, response.Step{Key: step.Key}))
	}
	w.doubtful = w.doubtful || sources > 1
	return sources <= 1
}

// spread adds an object, or all objects in a list.
func (w *walker) spread(at int, ref response.Ref, place int) {
	switch w.data.Kind(ref) {
	case response.Object:
		if l := &w.levels.all[at]; !w.allowed || w.data.See(ref, l.number) {
			l.objects = response.Push(l.objects, placed{ref, place})
		}
	case response.List:
		i := 0
		for item := range w.data.Items(ref) {
			w.spread(at, item, w.places.add(place, response.Step{Index: i}))
			i++
		}
	}
}
