package subgraph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// graphQLCheck reports violations of the GraphQL specification's rules for schemas.
type graphQLCheck struct {
	*loader
	directives map[string]*ast.DirectiveDefinition
}

func (c graphQLCheck) report(position *ast.Position, format string, args ...any) {
	c.fail(federation.InvalidGraphQL, position, format, args...)
}

// name reports names that GraphQL reserves.
func (c graphQLCheck) name(what, name string, position *ast.Position) {
	if strings.HasPrefix(name, "__") {
		c.report(position, "%s begins with __, which GraphQL keeps for introspection; rename it", what)
	}
}

// unique reports repeated names.
func (c graphQLCheck) unique(seen map[string]bool, what, name string, position *ast.Position) {
	if seen[name] {
		c.report(position, "%s is there twice; remove one", what)
	}
	seen[name] = true
}

func (c graphQLCheck) definition(d *ast.Definition) {
	c.name("type "+d.Name, d.Name, d.Position)
	c.applied("type "+d.Name, d.Directives, ast.DirectiveLocation(d.Kind))
	if len(d.Fields)+len(d.EnumValues)+len(d.Types) == 0 && d.Kind != ast.Scalar {
		c.report(d.Position, "type %s is empty; add what it consists of, or remove it", d.Name)
	}
	seen := map[string]bool{}
	for _, f := range d.Fields {
		c.unique(seen, d.Name+"."+f.Name, f.Name, f.Position)
		c.field(d, f)
	}
	for _, v := range d.EnumValues {
		c.unique(seen, d.Name+"."+v.Name, v.Name, v.Position)
		c.value(d, v)
	}
	for i, member := range d.Types {
		c.unique(seen, "member "+member+" of union "+d.Name, member, memberPosition(d, i))
		c.member(d, member, memberPosition(d, i))
	}
	for i, name := range d.Interfaces {
		if slices.Contains(d.Interfaces[:i], name) {
			c.report(d.Position, "type %s implements %s twice; remove one", d.Name, name)
			continue
		}
		c.implements(d, name)
	}
}

func memberPosition(d *ast.Definition, i int) *ast.Position {
	if len(d.TypePositions) == len(d.Types) && d.TypePositions[i] != nil {
		return d.TypePositions[i]
	}
	return d.Position
}

func (c graphQLCheck) field(d *ast.Definition, f *ast.FieldDefinition) {
	coordinate := d.Name + "." + f.Name
	c.name(coordinate, f.Name, f.Position)
	location := ast.LocationFieldDefinition
	if d.Kind == ast.InputObject {
		location = ast.LocationInputFieldDefinition
	}
	c.applied(coordinate, f.Directives, location)
	c.arguments(coordinate, f.Arguments)
	if d.Kind == ast.InputObject {
		c.deprecated(coordinate, f.Type, f.DefaultValue, f.Directives)
		if d.Directives.ForName("oneOf") != nil {
			CheckOneOf(coordinate, f.Type, f.DefaultValue, f.Position, c.report)
		}
		c.inputType(coordinate, f.Type, f.Position)
		c.constant(coordinate, f.Type, f.DefaultValue)
		return
	}
	switch of := c.types[f.Type.Name()]; {
	case of == nil:
		c.unknown(coordinate, f.Type.Name(), f.Position)
	case of.Kind == ast.InputObject:
		c.report(f.Position, "%s is of type %s, which is for input only; take a type for output",
			coordinate, f.Type)
	}
}

func (c graphQLCheck) unknown(coordinate, name string, position *ast.Position) {
	if c.schema.names.IsReserved(name) {
		c.report(position, "%s is of type %s, "+
			"but the supergraph keeps names that begin so for itself; rename the type",
			coordinate, name)
		return
	}
	c.report(position, "%s is of type %s, which is not defined; define it, or name another",
		coordinate, name)
}

func (c graphQLCheck) inputType(coordinate string, t *ast.Type, position *ast.Position) {
	switch of := c.types[t.Name()]; {
	case of == nil:
		c.unknown(coordinate, t.Name(), position)
	case !of.IsInputType():
		c.report(position, "%s is of type %s, which is for output only; "+
			"take a scalar, an enum or an input type", coordinate, t)
	}
}

func (c graphQLCheck) arguments(coordinate string, arguments ast.ArgumentDefinitionList) {
	seen := map[string]bool{}
	for _, a := range arguments {
		where := coordinate + "(" + a.Name + ":)"
		c.unique(seen, where, a.Name, a.Position)
		c.name(where, a.Name, a.Position)
		c.applied(where, a.Directives, ast.LocationArgumentDefinition)
		c.deprecated(where, a.Type, a.DefaultValue, a.Directives)
		c.inputType(where, a.Type, a.Position)
		c.constant(where, a.Type, a.DefaultValue)
	}
}

func (c graphQLCheck) value(d *ast.Definition, v *ast.EnumValueDefinition) {
	c.name(d.Name+"."+v.Name, v.Name, v.Position)
	c.applied(d.Name+"."+v.Name, v.Directives, ast.LocationEnumValue)
	if slices.Contains([]string{"true", "false", "null"}, v.Name) {
		c.report(v.Position, "%s is no name for an enum value; rename it", v.Name)
	}
}

func (c graphQLCheck) member(d *ast.Definition, name string, position *ast.Position) {
	switch of := c.types[name]; {
	case of == nil:
		c.report(position,
			"union %s has the member %s, which is not defined; define it, or remove it",
			d.Name, name)
	case of.Kind != ast.Object:
		c.report(position,
			"union %s has the member %s, which is no object type; name its object types",
			d.Name, name)
	}
}
