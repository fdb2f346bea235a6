package audit

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// typeKey is the response key of the __typename that typed adds to each selection set.
const typeKey = "typeOfObject"

// typed adds __typename to each selection set of a document.
func typed(document *ast.QueryDocument) {
	var add func(set ast.SelectionSet) ast.SelectionSet
	add = func(set ast.SelectionSet) ast.SelectionSet {
		if len(set) == 0 {
			return set
		}
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				s.SelectionSet = add(s.SelectionSet)
			case *ast.InlineFragment:
				s.SelectionSet = add(s.SelectionSet)
			}
		}
		return append(set, &ast.Field{Alias: typeKey, Name: "__typename"})
	}
	for _, o := range document.Operations {
		o.SelectionSet = add(o.SelectionSet)
	}
	for _, f := range document.Fragments {
		f.SelectionSet = add(f.SelectionSet)
	}
}

// reference computes what a client may see of the data that a client with all rights gets.
type reference struct {
	schema    *ast.Schema
	fragments ast.FragmentDefinitionList
	// hidden are the fields that are hidden, as Type.field.
	hidden map[string]bool
	// paths are the paths of the hidden fields.
	paths [][]any
}

// object returns an object without its hidden fields, or false if a null reaches it.
func (r *reference) object(
	data map[string]any, sets []ast.SelectionSet, path []any,
) (map[string]any, bool) {
	name := data[typeKey].(string)
	out := map[string]any{}
	whole := true
	for key, value := range data {
		fields := r.collect(name, key, sets)
		if fields[0].Name == "__typename" {
			out[key] = value
			continue
		}
		at := append(slices.Clone(path), key)
		definition := r.schema.Types[name].Fields.ForName(fields[0].Name)
		if r.hidden[name+"."+definition.Name] {
			r.paths = append(r.paths, at)
			value = nil
		}
		var below []ast.SelectionSet
		for _, f := range fields {
			below = append(below, f.SelectionSet)
		}
		completed, ok := r.value(value, definition.Type, below, at)
		whole = whole && ok
		out[key] = completed
	}
	return out, whole
}

// value returns a value without hidden fields, or false if it is null although its type is not.
func (r *reference) value(
	value any, of *ast.Type, sets []ast.SelectionSet, path []any,
) (completed any, ok bool) {
	ok = true
	switch value := value.(type) {
	case map[string]any:
		var object map[string]any
		if object, ok = r.object(value, sets, path); ok {
			return object, true
		}
	case []any:
		list := make([]any, len(value))
		for i, v := range value {
			var isElement bool
			list[i], isElement = r.value(v, of.Elem, sets, append(slices.Clone(path), float64(i)))
			ok = ok && isElement
		}
		if ok {
			return list, true
		}
	default:
		completed = value
	}
	return completed, completed != nil || !of.NonNull
}

// collect returns the fields of the selection sets that have a response key and apply to an object
// of the type.
func (r *reference) collect(object, key string, sets []ast.SelectionSet) (found []*ast.Field) {
	for _, set := range sets {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if s.Alias == key {
					found = append(found, s)
				}
			case *ast.InlineFragment:
				if r.applies(object, s.TypeCondition) {
					found = append(found, r.collect(object, key, []ast.SelectionSet{s.SelectionSet})...)
				}
			case *ast.FragmentSpread:
				f := r.fragments.ForName(s.Name)
				if r.applies(object, f.TypeCondition) {
					found = append(found, r.collect(object, key, []ast.SelectionSet{f.SelectionSet})...)
				}
			}
		}
	}
	return found
}

func (r *reference) applies(object, condition string) bool {
	return condition == "" || condition == object ||
		slices.ContainsFunc(r.schema.GetPossibleTypes(r.schema.Types[condition]),
			func(d *ast.Definition) bool { return d.Name == object })
}

// closing returns the fields that are hidden if one is closed: the field, and all that read it
// through @requires, and so on.
func closing(schema *supergraph.Schema, closed string) map[string]bool {
	hidden := map[string]bool{closed: true}
	for grown := true; grown; {
		grown = false
		for _, t := range schema.Types {
			if t.Kind != ast.Object {
				continue
			}
			for _, f := range t.Fields {
				name := t.Name + "." + f.Name
				if !hidden[name] && requiresHidden(schema, t, f, hidden) {
					hidden[name], grown = true, true
				}
			}
		}
	}
	return hidden
}

func requiresHidden(
	schema *supergraph.Schema, t *supergraph.Type, f *supergraph.Field, hidden map[string]bool,
) bool {
	joins := f.Joins
	if len(joins) == 0 { // an @interfaceObject resolves the field
		for _, m := range t.Interfaces {
			if of := schema.Type(m.Name).Field(f.Name); of != nil {
				joins = append(joins, of.Joins...)
			}
		}
	}
	return slices.ContainsFunc(joins, func(j supergraph.FieldJoin) bool {
		return readsHidden(schema, t.Name, j.Requires, hidden)
	})
}

// readsHidden reports whether a field set reads a hidden field of an object type.
func readsHidden(
	schema *supergraph.Schema, of string, set ast.SelectionSet, hidden map[string]bool,
) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			if readsHidden(schema, s.TypeCondition, s.SelectionSet, hidden) {
				return true
			}
		case *ast.Field:
			for _, object := range objects(schema, of) {
				field := object.Field(s.Name)
				if hidden[object.Name+"."+s.Name] || field != nil &&
					readsHidden(schema, field.Type.Name(), s.SelectionSet, hidden) {
					return true
				}
			}
		}
	}
	return false
}

// objects returns the object types that a type can be.
func objects(schema *supergraph.Schema, name string) (found []*supergraph.Type) {
	isNamed := func(m supergraph.Membership) bool { return m.Name == name }
	of := schema.Type(name)
	for _, t := range schema.Types {
		isMember := of != nil && slices.ContainsFunc(of.Members, func(m supergraph.Membership) bool {
			return m.Name == t.Name
		})
		if t.Kind == ast.Object &&
			(t.Name == name || isMember || slices.ContainsFunc(t.Interfaces, isNamed)) {
			found = append(found, t)
		}
	}
	return found
}
