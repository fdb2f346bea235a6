package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// read is one field that a field set reads.
type read struct {
	parent    *Type
	field     *Field
	selection *ast.Field
	// external is true if the field, or one on the path to it, is marked @external.
	external bool
}

// reads calls visit for each field that a field set reads from a type. For a field of an interface
// it also visits the field of each implementation. It skips fields that the schema does not have,
// because the rules report them.
func (s *Schema) reads(parent *Type, set ast.SelectionSet, external bool, visit func(read)) {
	for _, selection := range set {
		switch sel := selection.(type) {
		case *ast.InlineFragment:
			on := parent
			if sel.TypeCondition != "" {
				on = s.Type(sel.TypeCondition)
			}
			if on != nil {
				s.reads(on, sel.SelectionSet, external, visit)
			}
		case *ast.Field:
			s.readsField(parent, sel, external, visit)
		}
	}
}

func (s *Schema) readsField(parent *Type, selection *ast.Field, external bool, visit func(read)) {
	field := parent.Field(selection.Name)
	if field == nil {
		return
	}
	external = external || field.External
	if parent.Kind == ast.Interface {
		for _, object := range s.PossibleTypes(parent) {
			if f := object.Field(selection.Name); f != nil {
				external = external || f.External
				visit(read{object, f, selection, external})
			}
		}
	}
	visit(read{parent, field, selection, external})
	if of := s.Type(field.Type.Name()); of != nil {
		s.reads(of, selection.SelectionSet, external, visit)
	}
}

// fieldSets calls visit for each @key, @requires and @provides whose fields parse, with the type
// that it reads from.
func (s *Schema) fieldSets(visit func(parent *Type, set *FieldSet)) {
	for _, t := range s.Types {
		for i := range t.Keys {
			visit(t, &t.Keys[i].FieldSet)
		}
		for _, f := range t.Fields {
			if f.Requires != nil {
				visit(t, f.Requires)
			}
			if f.Provides != nil {
				if of := s.Type(f.Type.Name()); of != nil {
					visit(of, f.Provides)
				}
			}
		}
	}
}

// findFakeExternals finds @external key fields of extensions, which are resolved there
// nevertheless. Federation 1 required the directive, and many SDLs still have it. The key of an
// extended interface says nothing about the fields of its implementations.
func (l *loader) findFakeExternals() {
	for _, t := range l.schema.Types {
		if !t.Extension {
			continue
		}
		l.takeBaseKeys(t)
		for _, key := range t.Keys {
			l.schema.reads(t, key.Selections, false, func(r read) {
				if implements := slices.Contains(r.parent.Interfaces, t.Name); !implements {
					r.field.External = false
				}
			})
		}
	}
}

// markUsed finds the fields that the subgraph itself reads, or needs for an interface, and the
// fields that are shareable without the directive: those of keys, and those that are provided.
func (l *loader) markUsed() {
	l.schema.fieldSets(func(parent *Type, set *FieldSet) {
		l.schema.reads(parent, set.Selections, false, func(r read) { r.field.Used = true })
	})
	for _, t := range l.schema.Types {
		l.markUsedByContexts(t)
		for _, key := range t.Keys {
			l.schema.reads(t, key.Selections, false, func(r read) { r.field.Shareable = true })
		}
		for _, name := range t.Interfaces {
			if i := l.schema.Type(name); i != nil {
				markImplementing(t, i)
			}
		}
		for _, f := range t.Fields {
			if of := l.schema.Type(f.Type.Name()); f.Provides != nil && of != nil {
				l.schema.reads(of, f.Provides.Selections, false, func(r read) {
					r.field.Shareable, r.field.Provided = r.field.Shareable || r.field.External, true
				})
			}
		}
	}
}

func markImplementing(t, i *Type) {
	for _, f := range i.Fields {
		if own := t.Field(f.Name); own != nil {
			own.Used = true
		}
	}
}
