package compose

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// checkInaccessible checks that the schema without @inaccessible elements is complete.
func (m *merge) checkInaccessible() {
	for _, d := range m.schema.Directives {
		m.checkDirective(d)
	}
	for _, t := range m.schema.Types {
		if m.ofSpecification(t.Name) {
			m.checkOfSpecification(t)
			continue
		}
		if supergraph.Inaccessible(t.Directives) {
			if t.Name == m.schema.Query {
				m.fail(federation.QueryRootTypeInaccessible, m.places(m.byName[t.Name]),
					"type Query is @inaccessible, so that nothing could be asked; "+
						"remove @inaccessible")
			}
			continue
		}
		m.checkChildren(t)
		for _, f := range t.Fields {
			m.checkField(t, f)
		}
	}
}

// checkChildren checks that an accessible type has an accessible member.
func (m *merge) checkChildren(t *supergraph.Type) {
	children, visible := 0, 0
	count := func(hidden bool) {
		children++
		if !hidden {
			visible++
		}
	}
	for _, f := range t.Fields {
		count(supergraph.Inaccessible(f.Directives))
	}
	for _, v := range t.Values {
		count(supergraph.Inaccessible(v.Directives))
	}
	for _, member := range t.Members {
		count(m.hidden(member.Name))
	}
	if children > 0 && visible == 0 {
		m.fail(federation.OnlyInaccessibleChildren, m.places(m.byName[t.Name]),
			"type %q is accessible, but all of its parts are @inaccessible; "+
				"mark the type, or show a part", t.Name)
	}
}

// hidden reports whether a type that clients could otherwise see is @inaccessible.
func (m *merge) hidden(typeName string) bool {
	t := m.byName[typeName]
	return t != nil && supergraph.Inaccessible(t.out.Directives) && !m.ofSpecification(typeName)
}

func (m *merge) checkField(t *supergraph.Type, f *supergraph.Field) {
	at := m.fieldLater(t.Name, f.Name, "")
	coordinate := t.Name + "." + f.Name
	if supergraph.Inaccessible(f.Directives) {
		m.checkHiddenField(t, f)
		return
	}
	if m.hidden(f.Type.Name()) {
		m.fail(federation.ReferencedInaccessible, at(),
			"%s is accessible, but its type %q is @inaccessible; mark the field, too",
			coordinate, f.Type.Name())
	}
	for _, a := range f.Arguments {
		m.checkArgument(m.fieldLater(t.Name, f.Name, a.Name), coordinate+"("+a.Name+":)", a)
		if supergraph.Inaccessible(a.Directives) {
			m.checkHiddenArgument(t, f, a.Name)
		}
	}
	m.checkVisibleDefault(at, coordinate, f.Type, f.Default)
}

func (m *merge) checkArgument(at later, coordinate string, a *ast.ArgumentDefinition) {
	switch {
	case supergraph.Inaccessible(a.Directives):
		if isRequired(a) {
			m.fail(federation.RequiredInaccessible, at(), "argument %s is @inaccessible, "+
				"but must be given; make it optional, or give it a default", coordinate)
		}
	case m.hidden(a.Type.Name()):
		m.fail(federation.ReferencedInaccessible, at(),
			"argument %s is accessible, but its type %q is @inaccessible; mark the argument, too",
			coordinate, a.Type.Name())
	default:
		m.checkVisibleDefault(at, coordinate, a.Type, a.DefaultValue)
	}
}

func (m *merge) checkHiddenField(t *supergraph.Type, f *supergraph.Field) {
	at := m.fieldAt(t.Name, f.Name, "")
	if t.Kind == ast.InputObject && f.Type.NonNull && f.Default == nil {
		m.fail(federation.RequiredInaccessible, at, "input field %s.%s is @inaccessible, "+
			"but must be given; make it optional, or give it a default", t.Name, f.Name)
	}
	for _, membership := range t.Interfaces {
		i := m.byName[membership.Name]
		if i == nil || supergraph.Inaccessible(i.out.Directives) {
			continue
		}
		for _, of := range i.out.Fields {
			if of.Name == f.Name && !supergraph.Inaccessible(of.Directives) {
				m.fail(federation.ImplementedByInaccessible, at, "%s.%s is @inaccessible, "+
					"but implements %s.%s, which is accessible; mark that, too",
					t.Name, f.Name, i.out.Name, f.Name)
			}
		}
	}
}

// checkHiddenArgument checks that arguments that clients may pass to an interface's field are
// accessible on its objects.
func (m *merge) checkHiddenArgument(t *supergraph.Type, f *supergraph.Field, name string) {
	for _, membership := range t.Interfaces {
		i := m.byName[membership.Name]
		if i == nil || supergraph.Inaccessible(i.out.Directives) {
			continue
		}
		for _, of := range i.out.Fields {
			if of.Name != f.Name || supergraph.Inaccessible(of.Directives) {
				continue
			}
			if a := of.Arguments.ForName(name); a != nil && !supergraph.Inaccessible(a.Directives) {
				m.fail(federation.ImplementedByInaccessible, m.fieldAt(t.Name, f.Name, name),
					"%s.%s(%s:) is @inaccessible, but implements %s.%s(%s:), which is accessible; mark that, too",
					t.Name, f.Name, name, i.out.Name, f.Name, name)
			}
		}
	}
}

// checkVisibleDefault checks that a default that clients see has accessible enum values only.
func (m *merge) checkVisibleDefault(at later, coordinate string, of *ast.Type, value *ast.Value) {
	if value == nil {
		return
	}
	if of.Elem != nil && value.Kind == ast.ListValue {
		for _, child := range value.Children {
			m.checkVisibleDefault(at, coordinate, of.Elem, child.Value)
		}
		return
	}
	t := m.byName[of.Name()]
	if t == nil {
		return
	}
	for _, v := range t.out.Values {
		if value.Kind == ast.EnumValue && v.Name == value.Raw && supergraph.Inaccessible(v.Directives) {
			m.fail(federation.DefaultValueUsesInaccessible, at(), "the default of %s uses %s.%s, "+
				"which is @inaccessible; take another default, or mark %s",
				coordinate, t.out.Name, v.Name, coordinate)
		}
	}
	for _, f := range t.out.Fields {
		child := value.Children.ForName(f.Name)
		if value.Kind != ast.ObjectValue || child == nil {
			continue
		}
		if supergraph.Inaccessible(f.Directives) {
			m.fail(federation.DefaultValueUsesInaccessible, at(), "the default of %s uses %s.%s, "+
				"which is @inaccessible; take another default, or mark %s",
				coordinate, t.out.Name, f.Name, coordinate)
			continue
		}
		m.checkVisibleDefault(at, coordinate, f.Type, child)
	}
}
