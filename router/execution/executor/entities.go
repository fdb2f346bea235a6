package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// mergeEntities attaches the entities of an answer to the objects that wait for them. There is one
// list, empty at first, for each look-up. If the value of a look-up is not a list, the whole
// answer fails.
func mergeEntities(s *state, a *answer, lists []entityList) response.Failure {
	if a.fetch.Lookups[0].Root {
		a.errors = asEntityErrors(a.errors)
	}
	for i := range lists {
		lists[i].state, lists[i].answer, lists[i].lookup = s, a, &a.lookups[i]
		if !lists[i].find() {
			return badResponse(a.fetch.Subgraph)
		}
	}
	used := make([]bool, len(a.errors))
	for i := range lists {
		lists[i].sortErrors(used)
		lists[i].attach()
		s.levels.outdate(&s.data, lists[i].entities)
	}
	for i, e := range a.errors {
		if !used[i] {
			reportUnplaced(&s.data, lists, e)
		}
	}
	return response.Failure{}
}

// asEntityErrors adapts the paths of errors of root fields that were requested for objects: the
// root counts as their only entity.
func asEntityErrors(errors []reported) []reported {
	for i, e := range errors {
		if len(e.path) > 0 {
			errors[i].path = append(response.Path{{}, {}}, e.path...)
		}
	}
	return errors
}

// reportUnplaced adds an error that names no entity to each field that is null in the answer, or
// if there is none, without a path. attach has reported missing entities already.
func reportUnplaced(data *response.Data, lists []entityList, e reported) {
	found := false
	for i := range lists {
		if len(e.path) == 0 || e.path[0].Key == lists[i].lookup.plan.Alias {
			found = lists[i].blameAll(e.failure) || found
		}
	}
	if !found {
		data.AddError(response.Error{Failure: e.failure, Source: lists[0].lookup.source})
	}
}

// entityList is the answer to one look-up. The merger reuses its memory.
type entityList struct {
	*state
	answer *answer
	lookup *lookup
	// listed is false if the list is null or absent.
	listed bool
	// entities are the entities in the list, one for each representation.
	entities []response.Ref
	// list is the container of the entities, and copies the containers of the copies for each
	// target. A zero Ref means that there is no copy yet.
	list   response.Ref
	copies []response.Ref
	// single holds copies of single entities. It is used if there are many targets.
	single map[copyKey]response.Ref
	// errors holds the errors by the index of the representation, or under anywhere if they name
	// only the list or nothing.
	errors map[int][]reported
}

// copyKey identifies a copy of an entity for a target.
type copyKey struct{ target, representation int32 }

// manyTargets is from how many targets on entities are copied one by one. With fewer targets the
// list is copied for each target, which is faster; with many this would take quadratic time and
// memory.
const manyTargets = 16

const anywhere = -1

func (l *entityList) reset() {
	*l = entityList{entities: response.Keep(l.entities), copies: l.copies[:0]}
}

// find reads the list. It returns false if the answer has another value instead.
func (l *entityList) find() bool {
	if !l.answer.hasData || l.lookup.representations == 0 {
		return true
	}
	if l.lookup.plan.Root {
		l.listed, l.list, l.entities = true, l.answer.data, append(l.entities, l.answer.data)
		return true
	}
	list, found := l.data.Find(l.answer.data, l.lookup.plan.Alias)
	if !found || isNull(&l.data, list) {
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

// sortErrors takes the errors of this list from the answer's errors.
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

// attach attaches the entity of each object, or marks the object if there is none.
func (l *entityList) attach() {
	for _, entity := range l.entities {
		rename(&l.data, entity, l.lookup.plan.Renames)
	}
	l.data.Expect(len(l.lookup.waiting))
	for _, w := range l.lookup.waiting {
		missing := !l.listed || isNull(&l.data, l.entities[w.representation])
		if missing {
			l.lookup.mark(&l.data, w.object, reason{failure: l.reason(int(w.representation))})
		} else {
			l.data.Attach(w.object, l.entityFor(w))
		}
		if l.errors == nil {
			continue
		}
		for _, e := range l.errors[int(w.representation)] {
			if below := e.path[2:]; len(below) > 0 || !missing {
				path := append(l.places.path(int(w.place)), renamedPath(below, l.lookup.plan.Renames)...)
				l.data.AddError(response.Error{Path: path, Failure: e.failure, Source: l.lookup.source})
			}
		}
	}
}

// entityFor returns the entity for an object. Objects at different paths do not share one, even if
// they have the same representation, because later fetches attach different data at each path.
// Below different contexts, no two objects share one.
func (l *entityList) entityFor(w waiting) response.Ref {
	if l.apart {
		return l.data.Copy(l.entities[w.representation])
	}
	if w.target == 0 && (!l.lookup.plan.Root || l.lookup == &l.answer.lookups[0]) {
		return l.entities[w.representation]
	}
	if len(l.lookup.plan.Targets) >= manyTargets {
		return l.singleFor(w)
	}
	if len(l.copies) == 0 {
		l.copies = resized(l.copies, len(l.lookup.plan.Targets), func(r *response.Ref) {
			*r = response.Ref{}
		})
	}
	known := &l.copies[w.target]
	if *known == (response.Ref{}) {
		*known = l.data.Copy(l.list)
	}
	return l.entities[w.representation].Inside(l.list, *known)
}

// singleFor returns a copy of an entity for all objects at one path.
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

// reason returns why an entity is missing: an error that names it, or one that names the list or
// nothing, or if there is no list, any error. If there is no error, the subgraph does not know the
// entity.
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

// blameAll adds an error that names no entity to all fields that are null in any entity. It
// returns true if there are any, or if an entity is missing.
func (l *entityList) blameAll(failure response.Failure) bool {
	found := !l.listed && len(l.lookup.waiting) > 0
	places := make([][]response.Path, len(l.entities))
	for _, w := range l.lookup.waiting {
		if l.listed {
			places[w.representation] = append(places[w.representation], l.places.path(int(w.place)))
		}
	}
	p := l.lookup.plan
	for i, entity := range l.entities {
		if isNull(&l.data, entity) ||
			blame(&l.data, entity, p.Selections, p.Renames, places[i], failure) {
			found = true
		}
	}
	return found
}
