package access

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// maxPaths bounds the number of paths that Paths returns.
const maxPaths = 100

// Paths returns the paths of the hidden fields that the operation selects with these variables, as
// response keys without list indexes. It includes the path of a field of which only objects of
// some types are hidden. It returns at most 100 paths; more reports whether there are others.
func (d *Decision) Paths(variables map[string]any) (paths [][]string, more bool) {
	w := walk{Decision: d, variables: variables, max: maxPaths + 1}
	w.fields(w.root(), d.needs.operation.Fields)
	if len(w.paths) > maxPaths {
		return w.paths[:maxPaths], true
	}
	return w.paths, false
}

// walk collects the paths of hidden fields.
type walk struct {
	*Decision
	variables map[string]any
	max       int
	at        []string
	paths     [][]string
}

func (w *walk) root() *ast.Definition {
	return w.needs.rules.api.Types[w.needs.operation.RootType]
}

func (w *walk) fields(on *ast.Definition, fields []*operation.Field) {
	for _, f := range fields {
		skipped := func(c operation.Condition) bool { return !c.Holds(w.variables) }
		if operation.IsMeta(f.Name) || slices.ContainsFunc(f.Conditions, skipped) {
			continue
		}
		if len(w.paths) >= w.max {
			return
		}
		w.at = append(w.at, f.Key)
		w.field(on, f)
		w.at = w.at[:len(w.at)-1]
	}
}

func (w *walk) field(on *ast.Definition, f *operation.Field) {
	types := w.needs.rules.objects(on)
	if f.Types != nil {
		types = f.Types.Names
	}
	shown := slices.DeleteFunc(slices.Clone(types), func(t string) bool {
		return w.Field(t, f.Name) || on.IsAbstractType() && w.Type(t)
	})
	some := slices.ContainsFunc(types, func(t string) bool { return w.Field(t, f.Name) }) ||
		f.Type.IsAbstractType() && slices.ContainsFunc(w.needs.rules.objects(f.Type), w.Type)
	if some {
		w.add()
	}
	if len(shown) > 0 && f.Type.IsCompositeType() {
		w.fields(f.Type, f.Fields)
	}
}

// add adds the current path, once for all fields that share it.
func (w *walk) add() {
	same := func(known []string) bool { return slices.Equal(known, w.at) }
	if !slices.ContainsFunc(w.paths, same) {
		w.paths = append(w.paths, slices.Clone(w.at))
	}
}
