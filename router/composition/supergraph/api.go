package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// API returns the API schema, with the built-in types and the introspection fields. Callers must
// not change it.
func (s *Schema) API() *ast.Schema { return s.api }

// PrintAPI returns the API schema as SDL.
func PrintAPI(s *Schema) string { return printDocument(s.apiDocument()) }

func (s *Schema) makeAPI() error {
	doc := validator.PreludeDocument()
	own := s.apiDocument()
	doc.Schema, doc.Definitions = own.Schema, append(doc.Definitions, own.Definitions...)
	// The router sends each response in one piece. It refuses an operation with @defer instead of
	// ignoring the directive.
	doc.Directives = slices.DeleteFunc(doc.Directives, func(d *ast.DirectiveDefinition) bool {
		return d.Name == "defer"
	})
	doc.Directives = append(doc.Directives, own.Directives...)
	api, err := validator.ValidateSchemaDocument(doc)
	if err != nil {
		return err
	}
	s.addCosts(api)
	s.api = api
	return nil
}

// addCosts adds @cost and @listSize to the definitions of the API schema, where package limits
// reads them. They are added after validation, because clients do not see these directives: the
// schema does not define them.
func (s *Schema) addCosts(api *ast.Schema) {
	for _, t := range s.Types {
		definition := api.Types[t.Name]
		if definition == nil {
			continue
		}
		definition.Directives = append(definition.Directives, costs(t.Directives)...)
		for _, f := range t.Fields {
			field := definition.Fields.ForName(f.Name)
			if field == nil {
				continue
			}
			field.Directives = append(field.Directives, costs(f.Directives)...)
			for _, a := range f.Arguments {
				if argument := field.Arguments.ForName(a.Name); argument != nil {
					argument.Directives = append(argument.Directives, costs(a.Directives)...)
				}
			}
		}
	}
}

func costs(directives ast.DirectiveList) ast.DirectiveList {
	var list ast.DirectiveList
	for _, d := range directives {
		if d.Name == federation.Cost || d.Name == federation.ListSize {
			c := *d
			list = append(list, &c)
		}
	}
	return list
}

// apiDocument returns the part of the schema that clients may see.
func (s *Schema) apiDocument() *ast.SchemaDocument {
	doc := &ast.SchemaDocument{}
	renamed := s.Query != "Query" || s.Mutation != "" && s.Mutation != "Mutation" ||
		s.Subscription != "" && s.Subscription != "Subscription"
	if s.Description != "" || renamed {
		doc.Schema = ast.SchemaDefinitionList{{
			Description: s.Description, OperationTypes: s.operationTypes(),
		}}
	}
	for _, d := range s.Directives {
		if isExecutable(d) {
			c := *d
			c.Arguments = accessibleArguments(d.Arguments)
			doc.Directives = append(doc.Directives, &c)
		}
	}
	for _, t := range s.Types {
		if !Inaccessible(t.Directives) {
			doc.Definitions = append(doc.Definitions, s.apiDefinition(t))
		}
	}
	return doc
}

func (s *Schema) operationTypes() ast.OperationTypeDefinitionList {
	var list ast.OperationTypeDefinitionList
	for _, operation := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		if name := s.Root(operation); name != "" {
			list = append(list, &ast.OperationTypeDefinition{Operation: operation, Type: name})
		}
	}
	return list
}

// Inaccessible reports whether @inaccessible is among the directives.
func Inaccessible(directives ast.DirectiveList) bool {
	return directives.ForName(federation.Inaccessible) != nil
}

func (s *Schema) visible(typeName string) bool {
	t := s.Type(typeName)
	return t == nil || !Inaccessible(t.Directives)
}

func (s *Schema) apiDefinition(t *Type) *ast.Definition {
	d := &ast.Definition{
		Kind: t.Kind, Name: t.Name, Description: t.Description,
		Directives: apiDirectives(t.Directives),
	}
	for _, i := range t.Interfaces {
		if s.visible(i.Name) {
			d.Interfaces = append(d.Interfaces, i.Name)
		}
	}
	for _, m := range t.Members {
		if s.visible(m.Name) {
			d.Types = append(d.Types, m.Name)
		}
	}
	for _, v := range t.Values {
		if !Inaccessible(v.Directives) {
			d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{
				Name: v.Name, Description: v.Description, Directives: apiDirectives(v.Directives),
			})
		}
	}
	for _, f := range t.Fields {
		if !Inaccessible(f.Directives) {
			d.Fields = append(d.Fields, apiField(f))
		}
	}
	return d
}

func apiField(f *Field) *ast.FieldDefinition {
	return &ast.FieldDefinition{
		Name: f.Name, Description: f.Description, Type: f.Type, DefaultValue: f.Default,
		Arguments: accessibleArguments(f.Arguments), Directives: apiDirectives(f.Directives),
	}
}

func accessibleArguments(arguments ast.ArgumentDefinitionList) ast.ArgumentDefinitionList {
	var list ast.ArgumentDefinitionList
	for _, a := range arguments {
		if !Inaccessible(a.Directives) {
			c := *a
			c.Directives = apiDirectives(a.Directives)
			list = append(list, &c)
		}
	}
	return list
}

// apiDirectives returns the directives that GraphQL itself defines.
func apiDirectives(directives ast.DirectiveList) ast.DirectiveList {
	var list ast.DirectiveList
	for _, d := range directives {
		switch d.Name {
		case "deprecated", "specifiedBy", "oneOf":
			// The validator writes the definition into the directive, so it gets a copy.
			c := *d
			list = append(list, &c)
		}
	}
	return list
}

func isExecutable(d *ast.DirectiveDefinition) bool {
	return slices.ContainsFunc(d.Locations, func(l ast.DirectiveLocation) bool {
		switch l {
		case ast.LocationQuery, ast.LocationMutation, ast.LocationSubscription,
			ast.LocationField, ast.LocationFragmentDefinition, ast.LocationFragmentSpread,
			ast.LocationInlineFragment, ast.LocationVariableDefinition:
			return true
		}
		return false
	})
}
