package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// implements checks that a type has everything that its interface requires.
func (c graphQLCheck) implements(d *ast.Definition, name string) {
	i := c.types[name]
	switch {
	case i == nil:
		c.report(d.Position, "type %s implements %s, which is not defined; define it, or remove it",
			d.Name, name)
		return
	case i.Kind != ast.Interface:
		c.report(d.Position, "type %s implements %s, which is no interface; name an interface",
			d.Name, name)
		return
	case name == d.Name:
		c.report(d.Position, "interface %s implements itself; remove that", name)
		return
	}
	for _, above := range i.Interfaces {
		if !slices.Contains(d.Interfaces, above) {
			c.report(d.Position, "type %s implements %s, but not its interface %s; add that",
				d.Name, name, above)
		}
	}
	for _, promised := range i.Fields {
		own := d.Fields.ForName(promised.Name)
		if own == nil {
			c.report(d.Position, "type %s implements %s, but has no field %s; add it",
				d.Name, name, promised.Name)
			continue
		}
		c.implementsField(d, i, own, promised)
	}
}

func (c graphQLCheck) implementsField(d, i *ast.Definition, own, promised *ast.FieldDefinition) {
	if !c.isSubtype(own.Type, promised.Type) {
		c.report(own.Position,
			"%s.%s is of type %s, but %s.%s promises %s; take the same or a narrower type",
			d.Name, own.Name, own.Type, i.Name, own.Name, promised.Type)
	}
	for _, a := range promised.Arguments {
		switch mine := own.Arguments.ForName(a.Name); {
		case mine == nil:
			c.report(own.Position, "%s.%s lacks the argument %s of %s.%s; add it",
				d.Name, own.Name, a.Name, i.Name, own.Name)
		case mine.Type.String() != a.Type.String():
			c.report(mine.Position,
				"%s.%s(%s:) is of type %s, but of type %s in %s; write the same",
				d.Name, own.Name, a.Name, mine.Type, a.Type, i.Name)
		}
	}
	for _, a := range own.Arguments {
		if promised.Arguments.ForName(a.Name) == nil && a.Type.NonNull && a.DefaultValue == nil {
			c.report(a.Position,
				"%s.%s(%s:) is required, but %s.%s does not have it; make it optional",
				d.Name, own.Name, a.Name, i.Name, own.Name)
		}
	}
}

func (c graphQLCheck) isSubtype(sub, super *ast.Type) bool {
	if super.NonNull && !sub.NonNull || (sub.Elem == nil) != (super.Elem == nil) {
		return false
	}
	if sub.Elem != nil {
		return c.isSubtype(sub.Elem, super.Elem)
	}
	if sub.NamedType == super.NamedType {
		return true
	}
	a, b := c.types[sub.NamedType], c.types[super.NamedType]
	return a != nil && slices.Contains(a.Interfaces, super.NamedType) ||
		b != nil && slices.Contains(b.Types, sub.NamedType)
}
