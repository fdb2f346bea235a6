package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// validateGraphQL checks the subgraph as a GraphQL schema of its own, federation's directives defined.
func (l *loader) validateGraphQL() {
	doc := validator.PreludeDocument()
	directives, types := l.schema.names.Definitions()
	doc.Directives = append(doc.Directives, directives...)
	doc.Definitions = append(doc.Definitions, types...)
	own := slices.DeleteFunc(slices.Clone(l.doc.Directives), func(d *ast.DirectiveDefinition) bool {
		return doc.Directives.ForName(d.Name) != nil
	})
	doc.Directives = append(doc.Directives, own...)
	for _, d := range l.definitions {
		if doc.Definitions.ForName(d.Name) != nil && d.Kind == ast.Scalar {
			continue // a built-in scalar, declared again
		}
		// The validator appends to the fields of Query: it gets a copy.
		c := *d
		c.Fields = slices.Clip(d.Fields)
		doc.Definitions = append(doc.Definitions, &c)
	}
	doc.Schema, doc.SchemaExtension = l.doc.Schema, l.doc.SchemaExtension
	doc.DirectiveExtensions = l.doc.DirectiveExtensions
	if _, err := validator.ValidateSchemaDocument(doc); err != nil {
		l.failGraphQL(err)
	}
	l.schema.Directives = own
}
