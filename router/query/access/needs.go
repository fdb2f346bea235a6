package access

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// Needs are the clauses that apply to an operation. They are immutable.
type Needs struct {
	rules     *Rules
	operation *operation.Operation
	// clauses are indexes in Rules.clauses, sorted.
	clauses []int
	// policies are the names of all policies in them, sorted.
	policies []string
}

// Needs returns the clauses that apply to an operation; nil if there are none.
func (r *Rules) Needs(op *operation.Operation) *Needs {
	if r == nil {
		return nil
	}
	found := map[int]bool{}
	r.collect(r.api.Types[op.RootType], op.Fields, found)
	if len(found) == 0 {
		return nil
	}
	policies := map[string]bool{}
	for id := range found {
		r.clauses[id].addPolicies(policies)
	}
	return &Needs{
		rules: r, operation: op,
		clauses:  slices.Sorted(maps.Keys(found)),
		policies: slices.Sorted(maps.Keys(policies)),
	}
}

// collect finds the clauses of a selection set on a type.
func (r *Rules) collect(on *ast.Definition, fields []*operation.Field, found map[int]bool) {
	addAll := func(clauses []int) {
		for _, id := range clauses {
			found[id] = true
		}
	}
	objects := r.objects(on)
	if on.IsAbstractType() {
		for _, object := range objects {
			addAll(r.types[object])
		}
	}
	for _, f := range fields {
		if operation.IsMeta(f.Name) {
			continue
		}
		types := objects
		if f.Types != nil {
			types = f.Types.Names
		}
		for _, object := range types {
			addAll(r.fields[coordinate{object, f.Name}])
			for _, returned := range r.returned(object, f.Name) {
				addAll(r.types[returned])
			}
		}
		if f.Type.IsCompositeType() {
			r.collect(f.Type, f.Fields, found)
		}
	}
}

// objects returns the object types of a composite type.
func (r *Rules) objects(on *ast.Definition) []string {
	if on.Kind == ast.Object {
		return []string{on.Name}
	}
	return r.possible[on.Name]
}
