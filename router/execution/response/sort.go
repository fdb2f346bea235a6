package response

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// place is an error and its rank in the order of the response.
type place struct {
	error Error
	order []int
}

// sorter puts errors in the order of the response. It reads the data to see which types they are
// on and which consequences they had.
type sorter struct {
	*Reader
	variables map[string]any
	covered   covered
	lacked    map[string]bool // the paths at which an error made a null
	looks     int             // how often look was called
}

// sorted returns the errors in the order of the response. It cuts the path of an error at a field
// that the client did not select (the plan may have needed it). Such an error is dropped if it was
// passed on, or if it had no consequence.
func (s *sorter) sorted(errors []Error, fields []*operation.Field) []Error {
	places := make([]place, 0, len(errors))
	for _, e := range errors {
		order := s.locate(fields, e.Path)
		if len(order) < len(e.Path) && !s.nulled(e.Path) &&
			(s.covered.passedOn(e.Path) || s.idle(e.Path[:len(order)+1])) {
			continue
		}
		e.Path = e.Path[:len(order)]
		places = append(places, place{e, order})
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(slices.Compare(a.order, b.order), cmp.Compare(a.error.Source, b.error.Source))
	})
	places = uncover(places)
	errors = errors[:0]
	for start := 0; start < len(places); {
		end := start + 1
		for end < len(places) && samePlace(places[start], places[end]) {
			end++
		}
		errors = appendDistinct(errors, places[start:end])
		start = end
	}
	return errors
}

// uncover removes the errors that subgraphs reported at or below a hidden position: a key that is
// hidden may have been read for another field. The errors are sorted by position, and those for
// what is hidden come first at theirs.
func uncover(places []place) []place {
	var hidden []int
	found := false
	return slices.DeleteFunc(places, func(p place) bool {
		if p.error.Failure.Code == operation.CodeUnauthorized && p.error.Source == hiddenSource {
			hidden, found = p.order, true
			return false
		}
		return found && len(p.order) >= len(hidden) &&
			slices.Equal(p.order[:len(hidden)], hidden)
	})
}

func samePlace(a, b place) bool {
	return slices.Equal(a.order, b.order) && len(a.error.Path) > 0 && len(b.error.Path) > 0
}

// appendDistinct appends the errors of one position, and drops those with equal message, code and
// extensions: subgraphs that serve the same object report the same error (GraphQL, section 6.4.4:
// a field has one error).
func appendDistinct(errors []Error, places []place) []Error {
	if len(places) == 1 {
		return append(errors, places[0].error)
	}
	type told struct{ message, code, extensions string }
	seen := map[told]bool{}
	for _, p := range places {
		f := p.error.Failure
		if id := (told{f.Message, f.Code, f.Extensions}); !seen[id] {
			seen[id] = true
			errors = append(errors, p.error)
		}
	}
	return errors
}

// idle reports whether an error had no consequence: the field, which the client did not select,
// has a value. The search walks through lists, so look limits how often it is done.
func (s *sorter) idle(field Path) bool {
	found := false
	s.look(field, func(v Value) { found = s.Kind(v) != Missing })
	return found
}

// nulled reports whether the error alone explains a null in the response.
func (s *sorter) nulled(path Path) bool {
	var id []byte
	return len(s.lacked) > 0 && slices.ContainsFunc(path, func(step Step) bool {
		id = appendStep(id, step)
		return s.lacked[string(id)]
	})
}

// typeAt returns the type of the object at a path, or "" if it is unknown or not an object type.
func (s *sorter) typeAt(path Path) (name string) {
	s.look(path, func(v Value) { name = s.TypeName(v) })
	if definition := s.tree.schema.Types[name]; definition == nil || definition.Kind != ast.Object {
		return ""
	}
	return name
}

// look calls at with the value at a path of the data, at most maxLooks times for a response.
func (s *sorter) look(path Path, at func(Value)) {
	if s.looks++; s.looks > maxLooks {
		return
	}
	frame := s.Frame()
	defer s.Rewind(frame)
	v := s.Root()
	for _, step := range path {
		if step.Key != "" {
			v = s.Member(v, step.Key)
		} else {
			v = s.item(v, step.Index)
		}
	}
	at(v)
}

const maxLooks = 64

// locate follows a path through the selected fields, and returns the position of each step found.
func (s *sorter) locate(fields []*operation.Field, path Path) []int {
	order := make([]int, 0, len(path))
	for i, step := range path {
		if step.Key == "" {
			order = append(order, step.Index)
			continue
		}
		typ := ""
		if slices.ContainsFunc(fields, func(f *operation.Field) bool { return f.Types != nil }) {
			typ = s.typeAt(path[:i])
		}
		asked := func(f *operation.Field) bool { return s.asks(f, step.Key, typ) }
		at := slices.IndexFunc(fields, asked)
		if at < 0 {
			break
		}
		order = append(order, at)
		fields = below(fields[at:], asked)
	}
	return order
}

func below(fields []*operation.Field, asked func(*operation.Field) bool) []*operation.Field {
	var inner []*operation.Field
	for _, f := range fields {
		if asked(f) {
			inner = append(inner, f.Fields...)
		}
	}
	return inner
}

// asks reports whether the field has the key, applies to the type if known, and is selected.
func (s *sorter) asks(f *operation.Field, key, typ string) bool {
	return f.DataKey() == key && (typ == "" || f.Types.Has(typ)) &&
		AnyHolds([][]operation.Condition{f.Conditions}, s.variables)
}
