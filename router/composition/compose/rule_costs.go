package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkCosts checks that only an @interfaceObject sets the cost of the fields that it adds. Other
// fields of an interface cost what they cost on each object.
func (m *merge) checkCosts() {
	for _, t := range m.types {
		for _, f := range t.fields {
			shared := slices.ContainsFunc(f.sources, func(s fieldSource) bool {
				return s.parent.Kind == ast.Interface
			})
			for _, s := range f.sources {
				if d := s.Directives.ForName(federation.Cost); d != nil && shared {
					m.fail(federation.CostAppliedToInterfaceField, m.at(s.id, d.Position),
						"%s has @cost in subgraph %q, where it is a field of an @interfaceObject, "+
							"but is a field of the interface elsewhere, too; "+
							"put @cost on the fields that implement it",
						f.coordinate(), m.name(s.id))
				}
			}
		}
	}
}

// trimListSizes removes slicing arguments that clients cannot pass.
func (m *merge) trimListSizes() {
	for _, t := range m.types {
		for _, f := range t.fields {
			for i, d := range f.out.Directives {
				if d.Name == federation.ListSize {
					f.out.Directives[i] = trimSlicing(d, f.out.Arguments)
				}
			}
		}
	}
}

func trimSlicing(d *ast.Directive, arguments ast.ArgumentDefinitionList) *ast.Directive {
	slicing := d.Arguments.ForName("slicingArguments")
	if slicing == nil {
		return d
	}
	names := federation.Strings(slicing.Value)
	left := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return arguments.ForName(name) == nil
	})
	if len(left) == len(names) {
		return d
	}
	trimmed := *d
	trimmed.Arguments = nil
	for _, a := range d.Arguments {
		switch {
		case a != slicing:
			trimmed.Arguments = append(trimmed.Arguments, a)
		case len(left) > 0:
			trimmed.Arguments = append(trimmed.Arguments,
				&ast.Argument{Name: a.Name, Value: textList(left)})
		}
	}
	return &trimmed
}
