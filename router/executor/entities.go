package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/response"
)

// mergeEntities attaches the entities of an answer to the objects that wait for them. If any look-up's list is not
// one, the whole answer is a failure.
func (r *run) mergeEntities(a *answer) response.Failure {
	if a.call.fetch.Lookups[0].Root {
		a.errors = asEntityErrors(a.errors)
	}
	r.lists = anew(r.lists, len(a.call.lookups), (*entityList).reset)
	lists := r.lists
	for i := range lists {
		lists[i].run, lists[i].answer, lists[i].lookup = r, a, &a.call.lookups[i]
		if !lists[i].find() {
			return badResponse(a.call.fetch.Subgraph)
		}
	}
	used := make([]bool, len(a.errors))
	for i := range lists {
		lists[i].sortErrors(used)
		lists[i].attach()
		r.levels.outdate(&r.data, lists[i].entities)
	}
	for i, e := range a.errors {
		if !used[i] {
			r.reportUnplaced(lists, e)
		}
	}
	return response.Failure{}
}

// asEntityErrors lets errors of root fields that were asked for objects name those as an only entity.
func asEntityErrors(errors []reported) []reported {
	for i, e := range errors {
		if len(e.path) > 0 {
			errors[i].path = append(response.Path{{}, {}}, e.path...)
		}
	}
	return errors
}

// reportUnplaced reports an error that names no entity: at each field that is null in the answer, else without a path.
// Where an entity is missing, attach has told of it.
func (r *run) reportUnplaced(lists []entityList, e reported) {
	found := false
	for i := range lists {
		if len(e.path) == 0 || e.path[0].Key == lists[i].lookup.plan.Alias {
			found = lists[i].blameAll(e.failure) || found
		}
	}
	if !found {
		r.data.AddError(response.Error{Failure: e.failure, Source: lists[0].lookup.source})
	}
}

// entityList is the answer to one look-up. The run keeps its memory for the next.
type entityList struct {
	*run
	answer *answer
	lookup *lookup
	// listed is false if the list is null, or not there.
	listed bool
	// entities of the list, one for each representation.
	entities []response.Ref
	// list is what holds the entities, copies what holds those for each target; the zero Ref where there is none yet.
	list   response.Ref
	copies []response.Ref
	// single are copies of single entities, where there are many targets.
	single map[copyKey]response.Ref
	// errors by the index of the representation; anywhere: those that name only the list, or nothing.
	errors map[int][]reported
}

// copyKey is an entity for a target.
type copyKey struct{ target, representation int32 }

// manyTargets is from how many targets on an entity is copied alone. Below, the list is copied for each target, which is
// faster; with many targets it takes quadratic time and memory.
const manyTargets = 16

const anywhere = -1

func (l *entityList) reset() {
	*l = entityList{entities: response.Keep(l.entities), copies: l.copies[:0]}
}

// find reads the list; false if the answer has something else in its place.
func (l *entityList) find() bool {
	if !l.answer.hasData || l.lookup.representations == 0 {
		return true
	}
	if l.lookup.plan.Root {
		l.listed, l.list, l.entities = true, l.answer.data, append(l.entities, l.answer.data)
		return true
	}
	list, found := l.data.Find(l.answer.data, l.lookup.plan.Alias)
	if !found || l.isNull(list) {
		return len(l.answer.errors) > 0
	}
	if l.data.Kind(list) != response.List {
		return false
	}
	l.listed, l.list, l.entities = true, list, slices.Grow(l.entities, l.lookup.representations)
	for entity := range l.data.Items(list) {
		if kind := l.data.Kind(entity); kind != response.Object && kind != response.Null {
			return false
		}
		l.entities = append(l.entities, entity)
	}
	return len(l.entities) == l.lookup.representations
}

// sortErrors takes those of the answer's errors that are of this list.
func (l *entityList) sortErrors(used []bool) {
	for i, e := range l.answer.errors {
		if len(e.path) > 0 && e.path[0].Key != l.lookup.plan.Alias {
			continue
		}
		index := anywhere
		if len(e.path) > 1 && e.path[1].Key == "" && e.path[1].Index < l.lookup.representations {
			index = e.path[1].Index
		}
		if l.errors == nil {
			l.errors = map[int][]reported{}
		}
		l.errors[index] = append(l.errors[index], e)
		used[i] = index != anywhere
	}
}

// attach gives each object its entity, or a mark if there is none.
func (l *entityList) attach() {
	for _, entity := range l.entities {
		l.rename(entity, l.lookup.plan.Renames)
	}
	l.data.Expect(len(l.lookup.waiting))
	for _, w := range l.lookup.waiting {
		missing := !l.listed || l.isNull(l.entities[w.representation])
		if missing {
			l.mark(l.lookup, w.object, reason{failure: l.reason(int(w.representation))})
		} else {
			l.data.Attach(w.object, l.entityFor(w))
		}
		if l.errors == nil {
			continue
		}
		for _, e := range l.errors[int(w.representation)] {
			if below := e.path[2:]; len(below) > 0 || !missing {
				path := append(l.path(int(w.place)), renamedPath(below, l.lookup.plan.Renames)...)
				l.data.AddError(response.Error{Path: path, Failure: e.failure, Source: l.lookup.source})
			}
		}
	}
}

// entityFor is the entity for an object. Objects at different paths do not share it, though they may be the same entity:
// what is looked up behind the one path is not what is behind the other. Below different contexts, no two share it.
func (l *entityList) entityFor(w waiting) response.Ref {
	if l.apart {
		return l.data.Copy(l.entities[w.representation])
	}
	if w.target == 0 && (!l.lookup.plan.Root || l.lookup == &l.answer.call.lookups[0]) {
		return l.entities[w.representation]
	}
	if len(l.lookup.plan.Targets) >= manyTargets {
		return l.singleFor(w)
	}
	if len(l.copies) == 0 {
		l.copies = anew(l.copies, len(l.lookup.plan.Targets), func(r *response.Ref) { *r = response.Ref{} })
	}
	known := &l.copies[w.target]
	if *known == (response.Ref{}) {
		*known = l.data.Copy(l.list)
	}
	return l.entities[w.representation].Inside(l.list, *known)
}

// singleFor is a copy of an entity for all objects at one path.
func (l *entityList) singleFor(w waiting) response.Ref {
	key := copyKey{w.target, w.representation}
	known, ok := l.single[key]
	if !ok {
		if l.single == nil {
			l.single = map[copyKey]response.Ref{}
		}
		known = l.data.Copy(l.entities[w.representation])
		l.single[key] = known
	}
	return known
}

// reason is why an entity is missing: an error that names it, or the list, or nothing; with no list, any error. Else
// the subgraph knows no such entity.
func (l *entityList) reason(representation int) response.Failure {
	for _, index := range [...]int{representation, anywhere} {
		if errors := l.errors[index]; len(errors) > 0 {
			return errors[0].failure
		}
	}
	if !l.listed {
		return l.answer.errors[0].failure
	}
	return response.Failure{}
}

// blameAll reports an error that names no entity at the fields that are null in any; true if an entity is missing, too.
func (l *entityList) blameAll(failure response.Failure) bool {
	found := !l.listed && len(l.lookup.waiting) > 0
	places := make([][]response.Path, len(l.entities))
	for _, w := range l.lookup.waiting {
		if l.listed {
			places[w.representation] = append(places[w.representation], l.path(int(w.place)))
		}
	}
	for i, entity := range l.entities {
		if l.isNull(entity) || l.blame(entity, l.lookup.plan.Selections, l.lookup.plan.Renames, places[i], failure) {
			found = true
		}
	}
	return found
}
