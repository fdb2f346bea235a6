package subgraph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// dropMachinery removes definitions of the federation specification from the SDL, because the
// router has its own.
func (l *loader) dropMachinery() {
	l.doc.Directives = slices.DeleteFunc(l.doc.Directives, func(d *ast.DirectiveDefinition) bool {
		known := l.schema.names.Definition(d.Name)
		if known != nil {
			before := len(l.errs)
			if l.checkRepeated(d, known); len(l.errs) == before {
				l.schema.names.Narrow(d)
			}
		}
		return known != nil
	})
	isMachinery := func(d *ast.Definition) bool {
		known := l.schema.names.IsMachinery(d.Name)
		if known && strings.Contains(d.Name, "__") {
			l.checkRepeatedType(d)
		}
		return known
	}
	l.doc.Definitions = slices.DeleteFunc(l.doc.Definitions, isMachinery)
	l.doc.Extensions = slices.DeleteFunc(l.doc.Extensions, isMachinery)

	query := l.rootNames()[ast.Query]
	dropServiceFields(l.doc.Definitions, query)
	dropServiceFields(l.doc.Extensions, query)
	isEmptyQuery := func(d *ast.Definition) bool {
		return d.Name == query && d.Kind == ast.Object &&
			len(d.Fields) == 0 && len(d.Directives) == 0 && len(d.Interfaces) == 0
	}
	defined := l.isDefined(query)
	l.doc.Extensions = slices.DeleteFunc(l.doc.Extensions, isEmptyQuery)
	if l.doc.Extensions.ForName(query) == nil {
		l.doc.Definitions = slices.DeleteFunc(l.doc.Definitions, isEmptyQuery)
	}
	if defined && !l.isDefined(query) {
		l.dropQueryRoot(query)
	}
}

func (l *loader) isDefined(name string) bool {
	return l.doc.Definitions.ForName(name) != nil || l.doc.Extensions.ForName(name) != nil
}

// dropQueryRoot removes the query root from the schema definition. For a subgraph that has only
// entities, some libraries print an empty type Query and name it as the root.
func (l *loader) dropQueryRoot(query string) {
	for _, s := range slices.Concat(l.doc.Schema, l.doc.SchemaExtension) {
		s.OperationTypes = slices.DeleteFunc(s.OperationTypes,
			func(o *ast.OperationTypeDefinition) bool { return o.Type == query })
	}
}

// checkRepeatedType allows an SDL to repeat a type of a specification. Of other types with such
// names, it removes those that may belong to an unknown part of the specification, and reports the
// rest.
func (l *loader) checkRepeatedType(d *ast.Definition) {
	word, known := l.schema.names.TypeWord(d.Name)
	isOther := func(v *ast.EnumValueDefinition) bool {
		return v.Name != "SECURITY" && v.Name != "EXECUTION"
	}
	isPurpose := word == "Purpose" && d.Kind == ast.Enum &&
		!slices.ContainsFunc(d.EnumValues, isOther)
	switch {
	case d.Kind == ast.Scalar || isPurpose || !known && d.Kind == ast.Enum:
	case known && word == "Purpose":
		l.fail(federation.TypeDefinitionInvalid, d.Position,
			"type %q is the enum of SECURITY and EXECUTION in the specification; "+
				"define it so, or leave it out", d.Name)
	case known:
		l.fail(federation.TypeDefinitionInvalid, d.Position,
			"type %q is a scalar of the specification; define it so, or leave it out", d.Name)
	default:
		l.fail(federation.TypeDefinitionInvalid, d.Position,
			"the supergraph keeps names that begin like %q for itself; rename the type", d.Name)
	}
}

func dropServiceFields(definitions ast.DefinitionList, query string) {
	for _, d := range definitions {
		if d.Name == query {
			d.Fields = slices.DeleteFunc(d.Fields, isServiceField)
		}
	}
}

// isServiceField reports whether a field of the query root is one that the federation
// specification requires.
func isServiceField(f *ast.FieldDefinition) bool {
	return f.Name == "_service" || f.Name == "_entities"
}

// checkRepeated allows an SDL to repeat the definition of a specification's directive, even in an
// older form, but not a different one.
func (l *loader) checkRepeated(d, known *ast.DirectiveDefinition) {
	for _, a := range d.Arguments {
		of := known.Arguments.ForName(a.Name)
		if of == nil {
			l.fail(federation.DirectiveDefinitionInvalid, a.Position,
				"@%s has no argument %q in the specification; "+
					"remove it, or leave out the whole definition", d.Name, a.Name)
		} else if !fitsDefinition(a, of) {
			l.fail(federation.DirectiveDefinitionInvalid, a.Position,
				"@%s(%s) is written as %s in the specification; "+
					"write that, or leave out the whole definition",
				d.Name, argumentText(a), argumentText(of))
		}
	}
	for _, of := range known.Arguments {
		if of.Type.NonNull && of.DefaultValue == nil && d.Arguments.ForName(of.Name) == nil {
			l.fail(federation.DirectiveDefinitionInvalid, d.Position,
				"@%s needs the argument %q of the specification; "+
					"add it, or leave out the whole definition", d.Name, of.Name)
		}
	}
	for _, location := range d.Locations {
		if !slices.Contains(known.Locations, location) {
			l.fail(federation.DirectiveDefinitionInvalid, d.Position,
				"@%s is not for %s in the specification; "+
					"remove that, or leave out the whole definition", d.Name, location)
		}
	}
}

func argumentText(a *ast.ArgumentDefinition) string {
	if a.DefaultValue == nil {
		return a.Name + ": " + a.Type.String()
	}
	return a.Name + ": " + a.Type.String() + " = " + a.DefaultValue.String()
}

// fitsDefinition reports whether an argument may have this definition. In Federation 1, field sets
// could be lists.
func fitsDefinition(a, of *ast.ArgumentDefinition) bool {
	t, element := a.Type, a.Type.Elem
	if isFieldSet := of.Type.Name() == "federation__FieldSet"; isFieldSet {
		return sameShape(t, of.Type) || t.NamedType == "ID" ||
			element != nil && sameShape(element, of.Type)
	}
	sameDefault := a.DefaultValue == nil && of.DefaultValue == nil ||
		a.DefaultValue != nil && of.DefaultValue != nil &&
			a.DefaultValue.String() == of.DefaultValue.String()
	return sameShape(t, of.Type) && sameDefault && (t.NonNull || !of.Type.NonNull)
}

// sameShape compares list levels and built-in scalars. The specification's own scalars have many
// names.
func sameShape(a, b *ast.Type) bool {
	if (a.Elem == nil) != (b.Elem == nil) {
		return false
	}
	if a.Elem != nil {
		return sameShape(a.Elem, b.Elem)
	}
	return a.NamedType == b.NamedType || !isBuiltInScalar(b.NamedType) &&
		(a.NamedType == "String" || !isBuiltInScalar(a.NamedType))
}
