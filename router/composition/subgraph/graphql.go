package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// validateGraphQL checks the subgraph as a GraphQL schema that includes federation's directives.
// The library stops at the first error, so our own rules, which find all errors, come first, and
// the library reports only what they do not cover.
func (l *loader) validateGraphQL() {
	doc := l.completeDocument()
	l.types = map[string]*ast.Definition{}
	c := graphQLCheck{loader: l, directives: map[string]*ast.DirectiveDefinition{}}
	for _, d := range doc.Definitions {
		c.types[d.Name] = d
	}
	for _, d := range doc.Directives {
		c.directives[d.Name] = d
	}
	for _, d := range l.definitions {
		c.definition(d)
	}
	for _, d := range l.schema.Directives {
		c.arguments("@"+d.Name, d.Arguments)
	}
	for _, s := range append(l.doc.Schema, l.doc.SchemaExtension...) {
		c.schemaDefinition(s)
	}
	if len(l.errs) > 0 {
		return
	}
	if _, err := validator.ValidateSchemaDocument(doc); err != nil {
		l.failGraphQL(err)
	}
}

// completeDocument returns the definitions of the subgraph, of GraphQL and of federation.
func (l *loader) completeDocument() *ast.SchemaDocument {
	directives, types := l.schema.names.Definitions()
	doc := &ast.SchemaDocument{Definitions: slices.Concat(l.builtIn.Definitions, types)}
	for _, d := range slices.Concat(l.builtIn.Directives, directives) {
		// The validator appends to the directives of an extended type, so it gets a copy.
		c := *d
		c.Directives = slices.Clip(d.Directives)
		doc.Directives = append(doc.Directives, &c)
	}
	isBuiltIn := func(d *ast.DirectiveDefinition) bool {
		return doc.Directives.ForName(d.Name) != nil
	}
	l.schema.Directives = slices.DeleteFunc(slices.Clone(l.doc.Directives), isBuiltIn)
	doc.Directives = append(doc.Directives, l.schema.Directives...)
	for _, d := range l.definitions {
		if d.Kind == ast.Scalar && isBuiltInScalar(d.Name) {
			continue
		}
		// The validator appends to the fields of Query, so it gets a copy.
		c := *d
		c.Fields = slices.Clip(d.Fields)
		doc.Definitions = append(doc.Definitions, &c)
	}
	doc.Schema, doc.SchemaExtension = l.doc.Schema, l.doc.SchemaExtension
	doc.DirectiveExtensions = l.doc.DirectiveExtensions
	return doc
}
