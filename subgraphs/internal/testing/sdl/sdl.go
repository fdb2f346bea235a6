// Package sdl reads schemas for tests that derive their queries from a schema.
package sdl

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Types maps the names of a schema's types to their definitions.
type Types map[string]*ast.Definition

// All returns a selection of all fields of a type, and of all fields below. It enters each type
// once on each path. It asks for pages of 10, so that the whole stays within the limits of a
// request.
func (t Types) All(typeName string) string { return t.below(typeName, nil) }

func (t Types) below(typeName string, above []string) string {
	d := t[typeName]
	if d == nil || d.Kind == ast.Scalar || d.Kind == ast.Enum {
		return ""
	}
	above = append(above[:len(above):len(above)], typeName)
	if d.Kind != ast.Union {
		return t.fields(d, "", above)
	}
	parts := []string{"__typename"}
	for _, member := range d.Types {
		selection := t.fields(t[member], member+"_", append(above, member))
		parts = append(parts, "... on "+member+" "+selection)
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// fields selects the fields of a type. In a member of a union, it prefixes them with the member's
// name, because fields with the same name can have different types there.
func (t Types) fields(d *ast.Definition, prefix string, above []string) string {
	parts := []string{"__typename"}
	for _, field := range d.Fields {
		if slices.Contains(above, field.Type.Name()) {
			continue
		}
		name := field.Name
		if prefix != "" {
			name = prefix + name + ": " + name
		}
		if field.Arguments.ForName("first") != nil {
			name += "(first: 10)"
		}
		parts = append(parts, name+" "+t.below(field.Type.Name(), above))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// Keys returns the keys by which an entity can be looked up, in the form of Key. A type that is
// not an entity has none.
func Keys(d *ast.Definition) (keys []string) {
	for _, key := range d.Directives.ForNames("key") {
		resolvable := key.Arguments.ForName("resolvable")
		if resolvable != nil && resolvable.Value.Raw == "false" {
			continue
		}
		fields := Selections("{ " + key.Arguments.ForName("fields").Value.Raw + " }")
		keys = append(keys, Key(selected(fields)))
	}
	return keys
}

// Key returns the names of a key's fields in a canonical order: "id shop{slug}" for {"shop":
// {"slug": …}, "id": …}.
func Key(fields map[string]any) string {
	var names []string
	for name, value := range fields {
		if inner, isObject := value.(map[string]any); isObject {
			name += "{" + Key(inner) + "}"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// Selections returns the selections of a query, or nil if the text is not one operation.
func Selections(query string) ast.SelectionSet {
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil || len(document.Operations) != 1 {
		return nil
	}
	return document.Operations[0].SelectionSet
}

func selected(selections ast.SelectionSet) map[string]any {
	fields := map[string]any{}
	for _, selection := range selections {
		if field, isField := selection.(*ast.Field); isField {
			fields[field.Name] = nil
			if len(field.SelectionSet) > 0 {
				fields[field.Name] = selected(field.SelectionSet)
			}
		}
	}
	return fields
}
