package access

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// readings adds to each field the clauses of the fields and types that it reads through @requires
// and @fromContext. It repeats this until nothing changes, because these fields may read others.
func (c *compiler) readings() {
	r := reader{compiler: c, setters: c.setters()}
	for _, t := range c.schema.Types {
		if t.Kind != ast.Object {
			continue
		}
		for _, f := range t.Fields {
			r.into = reading{at: coordinate{t.Name, f.Name}}
			for _, joins := range r.joins(t, f) {
				r.join(t, joins)
			}
			if len(r.into.fields)+len(r.into.types) > 0 {
				r.all = append(r.all, r.into)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, one := range r.all {
			changed = c.rules.inherit(one) || changed
		}
	}
}

// reading is the fields and types that one field reads.
type reading struct {
	at     coordinate
	fields []coordinate
	types  []string
}

// inherit adds the clauses of the fields and types that a field reads. It reports whether the
// field has more clauses than before.
func (r *Rules) inherit(one reading) bool {
	before := len(r.fields[one.at])
	for _, from := range one.fields {
		r.addField(one.at.object, one.at.field, r.fields[from])
	}
	for _, name := range one.types {
		r.addField(one.at.object, one.at.field, r.types[name])
	}
	return len(r.fields[one.at]) > before
}

// reader finds the fields and types that each field reads.
type reader struct {
	*compiler
	setters map[string][]*supergraph.Type // the types that set each context
	into    reading
	all     []reading
}

// setters returns the types that set each context.
func (c *compiler) setters() map[string][]*supergraph.Type {
	setters := map[string][]*supergraph.Type{}
	for _, t := range c.schema.Types {
		for _, name := range t.Contexts() {
			setters[name] = append(setters[name], t)
		}
	}
	return setters
}

// joins returns the joins of a field. A field without any is resolved by an @interfaceObject,
// whose joins are those of the interface.
func (r *reader) joins(t *supergraph.Type, f *supergraph.Field) [][]supergraph.FieldJoin {
	if len(f.Joins) > 0 {
		return [][]supergraph.FieldJoin{f.Joins}
	}
	var all [][]supergraph.FieldJoin
	for _, m := range t.Interfaces {
		if i := r.schema.Type(m.Name); i != nil && i.Field(f.Name) != nil {
			all = append(all, i.Field(f.Name).Joins)
		}
	}
	return all
}

func (r *reader) join(t *supergraph.Type, joins []supergraph.FieldJoin) {
	for _, join := range joins {
		r.selections(t, join.Requires)
		for _, argument := range join.ContextArguments {
			for _, setter := range r.setters[argument.Context] {
				r.typ(setter)
				r.selections(setter, argument.Selection)
			}
		}
	}
}

func (r *reader) selections(on *supergraph.Type, set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			inner := on
			if s.TypeCondition != "" {
				inner = r.schema.Type(s.TypeCondition)
			}
			if inner != nil {
				r.typ(inner)
				r.selections(inner, s.SelectionSet)
			}
		case *ast.Field:
			r.field(on, s)
		}
	}
}

// field adds a field that is read. For a field of an interface, it adds that of each object type.
func (r *reader) field(on *supergraph.Type, s *ast.Field) {
	f := on.Field(s.Name)
	if f == nil {
		return
	}
	for _, object := range r.objects(on) {
		at := coordinate{object.Name, f.Name}
		if !slices.Contains(r.into.fields, at) {
			r.into.fields = append(r.into.fields, at)
		}
	}
	if of := r.schema.Type(f.Type.Name()); of != nil {
		r.typ(of)
		r.selections(of, s.SelectionSet)
	}
}

// typ adds a type that is read. For a union it adds no object type, because fragments name the
// members that are read.
func (r *reader) typ(t *supergraph.Type) {
	for _, one := range r.objects(t) {
		if !slices.Contains(r.into.types, one.Name) {
			r.into.types = append(r.into.types, one.Name)
		}
	}
}

// objects returns the object types that implement an interface. It returns any other type itself.
func (r *reader) objects(t *supergraph.Type) []*supergraph.Type {
	if t.Kind != ast.Interface {
		return []*supergraph.Type{t}
	}
	var list []*supergraph.Type
	for _, object := range r.schema.Types {
		implements := func(m supergraph.Membership) bool { return m.Name == t.Name }
		if object.Kind == ast.Object && slices.ContainsFunc(object.Interfaces, implements) {
			list = append(list, object)
		}
	}
	return list
}
