package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// mergeAccess copies the access directives of a field that an @interfaceObject resolves to each
// object, and those of the objects to their interfaces.
func (m *merge) mergeAccess() {
	objects := m.objectsByInterface()
	for _, i := range m.types {
		if i.out.Kind == ast.Interface {
			m.restrictObjects(i, objects[i.out.Name])
		}
	}
	for _, i := range m.types {
		if i.out.Kind == ast.Interface {
			m.restrictInterface(i.out, objects[i.out.Name])
		}
	}
}

func (m *merge) restrictObjects(i *mergedType, objects []*supergraph.Type) {
	for _, f := range i.fields {
		var lists []ast.DirectiveList
		for _, s := range f.resolvers() {
			if s.parent.InterfaceObject {
				lists = append(lists, s.Directives)
			}
		}
		for _, object := range objects {
			if field := fieldOf(object, f.out.Name); field != nil {
				at := m.fieldLater(i.out.Name, f.out.Name, "")
				on := place{object.Name + "." + field.Name, ast.LocationFieldDefinition, at}
				field.Directives = m.restrict(on, field.Directives, lists)
			}
		}
	}
}

func (m *merge) restrictInterface(i *supergraph.Type, objects []*supergraph.Type) {
	var lists []ast.DirectiveList
	for _, object := range objects {
		lists = append(lists, object.Directives)
	}
	on := place{"type " + i.Name, ast.LocationInterface, m.typeLater(m.byName[i.Name])}
	i.Directives = m.restrict(on, i.Directives, lists)
	for _, f := range i.Fields {
		var lists []ast.DirectiveList
		for _, object := range objects {
			if field := fieldOf(object, f.Name); field != nil {
				lists = append(lists, field.Directives)
			}
		}
		at := m.fieldLater(i.Name, f.Name, "")
		on := place{i.Name + "." + f.Name, ast.LocationFieldDefinition, at}
		f.Directives = m.restrict(on, f.Directives, lists)
	}
}

// objectsByInterface returns the object types that implement each interface.
func (m *merge) objectsByInterface() map[string][]*supergraph.Type {
	objects := map[string][]*supergraph.Type{}
	for _, t := range m.schema.Types {
		if t.Kind != ast.Object {
			continue
		}
		for _, i := range t.Interfaces {
			objects[i.Name] = append(objects[i.Name], t)
		}
	}
	return objects
}

// fieldOf returns the field with that name, or nil.
func fieldOf(t *supergraph.Type, name string) *supergraph.Field {
	at := slices.IndexFunc(t.Fields, func(f *supergraph.Field) bool { return f.Name == name })
	if at < 0 {
		return nil
	}
	return t.Fields[at]
}

// restrict adds the access directives of the lists to directives.
func (m *merge) restrict(
	on place, directives ast.DirectiveList, lists []ast.DirectiveList,
) ast.DirectiveList {
	var said ast.DirectiveList
	for _, list := range lists {
		for _, d := range list {
			if federation.IsAccess(d.Name) {
				said = append(said, d)
			}
		}
	}
	if len(said) == 0 {
		return directives
	}
	return m.mergeLists(on, []ast.DirectiveList{directives, said})
}
