package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// upgradeFederation1 gives an SDL without @link its meaning in Federation 1: directives without
// effect were not errors, and several subgraphs could always resolve a field.
func (l *loader) upgradeFederation1() {
	if l.schema.Version.AtLeast(2, 0) {
		return
	}
	provided := map[*Field]*FieldSet{}
	for _, t := range l.schema.Types {
		if t.Kind == ast.Interface {
			dropFromInterface(t)
		}
		for _, f := range t.Fields {
			if !f.External {
				f.external = nil
			} else if f.Provides != nil {
				provided[f], f.Provides = f.Provides, nil
			}
		}
	}
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			f.Requires = l.onlyExternal(t, f.Requires)
			of := l.schema.Type(f.Type.Name())
			if f.Provides = l.onlyExternal(of, f.Provides); of == nil || !of.IsCompositeType() {
				f.Provides = nil
			}
		}
	}
	l.dropUnusedExternals()
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			of := l.schema.Type(f.Type.Name())
			// The field is external and used, so a rule must see and report its @provides.
			if set := provided[f]; set != nil && of != nil && of.IsCompositeType() {
				f.Provides = set
			}
			f.Shareable = t.Kind == ast.Object && t.Name != "Subscription"
		}
	}
}

func dropFromInterface(t *Type) {
	t.HadKeys = len(t.Keys) > 0
	t.Keys = nil
	for _, f := range t.Fields {
		f.Requires, f.Provides = nil, nil
		f.External, f.external = false, nil
	}
}

// onlyExternal keeps the external fields of a field set; the others had no effect.
func (l *loader) onlyExternal(parent *Type, set *FieldSet) *FieldSet {
	if parent == nil || set == nil || set.Selections == nil {
		return set
	}
	effective := map[*ast.Field]bool{}
	l.schema.reads(parent, set.Selections, false, func(r read) {
		of := l.schema.Type(r.field.Type.Name())
		unselected := of != nil && of.IsCompositeType() && len(r.selection.SelectionSet) == 0
		malformed := unselected || len(lackingArguments(r.field, r.selection)) > 0
		effective[r.selection] = effective[r.selection] || r.external || malformed
	})
	kept := keepSelections(set.Selections, effective)
	if len(kept) == 0 {
		return nil
	}
	set.Selections, set.Text = kept, federation.PrintFieldSet(kept)
	_, set.err = federation.ParseFieldSet(set.Text) // A part without effect is not an error.
	return set
}

func keepSelections(set ast.SelectionSet, effective map[*ast.Field]bool) ast.SelectionSet {
	var kept ast.SelectionSet
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			known, nested := effective[s]
			if nested && len(s.SelectionSet) > 0 {
				s.SelectionSet = keepSelections(s.SelectionSet, effective)
				known = len(s.SelectionSet) > 0
			}
			// Errors are kept, so that the rules report them.
			if known || !nested {
				kept = append(kept, s)
			}
		case *ast.InlineFragment:
			if s.SelectionSet = keepSelections(s.SelectionSet, effective); len(s.SelectionSet) > 0 {
				kept = append(kept, s)
			}
		}
	}
	return kept
}

func (l *loader) dropUnusedExternals() {
	used := map[*Field]bool{}
	l.schema.fieldSets(func(parent *Type, set *FieldSet) {
		l.schema.reads(parent, set.Selections, false, func(r read) { used[r.field] = true })
	})
	for _, t := range l.schema.Types {
		before := len(t.Fields)
		t.Fields = slices.DeleteFunc(t.Fields, func(f *Field) bool {
			return f.External && !used[f] && !l.schema.implements(t, f.Name)
		})
		if before > 0 && len(t.Fields) == 0 && t.Name != "Query" {
			l.fail(federation.TypeWithOnlyUnusedExternal, t.Position,
				"type %q has only @external fields that nothing reads; "+
					"remove the type and what refers to it", t.Name)
		}
	}
	l.schema.index()
}

// implements reports whether an interface of the type requires the field.
func (s *Schema) implements(t *Type, field string) bool {
	return slices.ContainsFunc(t.Interfaces, func(name string) bool {
		i := s.Type(name)
		return i != nil && i.Field(field) != nil
	})
}
