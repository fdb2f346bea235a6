package compose

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// checkImplementations checks that a type that implements an interface has all of its merged
// fields in a matching form.
func (m *merge) checkImplementations() {
	for _, t := range m.types {
		for _, membership := range t.out.Interfaces {
			i := m.byName[membership.Name]
			if i == nil {
				continue
			}
			for _, f := range i.out.Fields {
				if own := fieldOf(t.out, f.Name); own != nil {
					implementation{m, t.out, i.out, own, f}.check()
					continue
				}
				m.fail(federation.InterfaceFieldNoImplem, m.places(t),
					"interface field %s.%s of %s is not in type %q, "+
						"which implements the interface in %s; "+
						"add the field there, or to another subgraph's %q",
					i.out.Name, f.Name, in(m.joinNames(f.Joins)),
					t.out.Name, in(m.names(membership.Subgraphs)), t.out.Name)
			}
		}
	}
}

func (m *merge) joinNames(joins []supergraph.FieldJoin) []string {
	var names []string
	for _, j := range joins {
		names = append(names, m.name(j.Subgraph))
	}
	return names
}

// implementation is a merged field and the interface's field that it implements. They are correct
// in each subgraph, but may come from different subgraphs.
type implementation struct {
	*merge
	on, of        *supergraph.Type
	own, promised *supergraph.Field
}

func (i implementation) check() {
	if !i.isSubtype(i.own.Type, i.promised.Type) {
		i.report("it is of type %s, and not of %s; take the same or a narrower type",
			i.own.Type, i.promised.Type)
	}
	for _, a := range i.promised.Arguments {
		switch mine := i.own.Arguments.ForName(a.Name); {
		case mine == nil:
			i.report("the argument %q is not in every subgraph that resolves the field; "+
				"add it there, or remove it from the interface", a.Name)
		case mine.Type.String() != a.Type.String():
			i.report("the argument %q is of type %s, and not of %s; write the same everywhere",
				a.Name, mine.Type, a.Type)
		}
	}
	for _, a := range i.own.Arguments {
		if i.promised.Arguments.ForName(a.Name) == nil && isRequired(a) {
			i.report("the argument %q is required, "+
				"but not in every subgraph that has the interface; "+
				"make it optional, or add it there", a.Name)
		}
	}
}

func isRequired(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

func (i implementation) report(format string, args ...any) {
	at := append(i.fieldAt(i.on.Name, i.own.Name, ""), i.fieldAt(i.of.Name, i.own.Name, "")...)
	args = append([]any{i.on.Name, i.own.Name, i.of.Name, i.own.Name}, args...)
	i.fail(federation.InvalidGraphQL, at,
		"%s.%s does not implement %s.%s in the supergraph: "+format, args...)
}
