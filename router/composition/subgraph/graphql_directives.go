package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// applied checks the directives at one location; a type and its extensions count as one.
func (c graphQLCheck) applied(
	where string, directives ast.DirectiveList, location ast.DirectiveLocation,
) {
	seen := map[string]bool{}
	for _, d := range directives {
		definition := c.directives[d.Name]
		if definition == nil {
			c.report(d.Position, "%s has @%s, which is not defined%s", where, d.Name, c.advice(d.Name))
			continue
		}
		if !definition.IsRepeatable {
			c.unique(seen, "@"+d.Name+" of "+where, d.Name, d.Position)
		}
		CheckApplied(where, location, d, definition, c.types, c.report)
	}
}

// deprecated reports required elements that are @deprecated: clients cannot stop using them.
func (c graphQLCheck) deprecated(
	where string, t *ast.Type, value *ast.Value, directives ast.DirectiveList,
) {
	if d := directives.ForName("deprecated"); d != nil && t.NonNull && value == nil {
		c.report(d.Position, "%s is required and cannot be @deprecated; "+
			"make it optional first, or give it a default", where)
	}
}

// advice says how to make a directive of the specification available.
func (c graphQLCheck) advice(name string) string {
	since, ok := federation.Since(name)
	switch {
	case !ok:
		return "; define it, or remove it"
	case !c.schema.Version.AtLeast(2, 0):
		return "; link federation " + since.String() + " or later and import \"@" + name + "\""
	default:
		return "; import \"@" + name + "\" from federation (it is there since " + since.String() + ")"
	}
}

// CheckApplied reports where an applied directive does not match a definition of it.
func CheckApplied(
	where string, location ast.DirectiveLocation,
	d *ast.Directive, definition *ast.DirectiveDefinition,
	types map[string]*ast.Definition, report Report,
) {
	if !slices.Contains(definition.Locations, location) {
		report(d.Position, "%s has @%s, which is not for %s; remove it", where, d.Name, location)
	}
	seen := map[string]bool{}
	for _, a := range d.Arguments {
		if seen[a.Name] {
			report(a.Position, "argument %s of @%s on %s is there twice; remove one", a.Name, d.Name, where)
		}
		seen[a.Name] = true
		of := definition.Arguments.ForName(a.Name)
		if of == nil {
			report(a.Position, "@%s on %s has no argument %s; remove it", d.Name, where, a.Name)
			continue
		}
		valueCheck{types, report}.constant("@"+d.Name+"("+a.Name+":) on "+where, of.Type, a.Value)
	}
	for _, of := range definition.Arguments {
		if of.Type.NonNull && of.DefaultValue == nil && d.Arguments.ForName(of.Name) == nil {
			report(d.Position, "@%s on %s needs the argument %s; give it", d.Name, where, of.Name)
		}
	}
}

func (c graphQLCheck) schemaDefinition(s *ast.SchemaDefinition) {
	c.applied("the schema", s.Directives, ast.LocationSchema)
	for _, o := range s.OperationTypes {
		if of := c.types[o.Type]; of == nil || of.Kind != ast.Object {
			c.report(o.Position, "the schema's %s is %s, which is no object type; define it",
				o.Operation, o.Type)
		}
	}
}
