// Package sdl reads schemas for tests that are driven by them: by what entities are looked up, and how to ask for all
// there is.
package sdl

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Types are the types of a schema, by name.
type Types map[string]*ast.Definition

// All selects all there is of a type, and all below it; each type once on the way down. Lists that
// come in pages have pages of 10, so that all there is stays within what a request may cost.
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
		parts = append(parts, "... on "+member+" "+t.fields(t[member], member+"_", append(above, member)))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// fields selects those of a type. Those of a union's members have the member's name before theirs: fields of one name
// may be of several types there.
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

// Keys are the keys by which an entity can be looked up, each as Key writes it; a type that is no entity has none.
func Keys(d *ast.Definition) (keys []string) {
	for _, key := range d.Directives.ForNames("key") {
		if resolvable := key.Arguments.ForName("resolvable"); resolvable != nil && resolvable.Value.Raw == "false" {
			continue
		}
		keys = append(keys, Key(selected(Selections("{ "+key.Arguments.ForName("fields").Value.Raw+" }"))))
	}
	return keys
}

// Key writes the names of a key's fields, in an order of its own: "id shop{slug}" of {"shop": {"slug": …}, "id": …}.
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

// Selections are those of a query; none if it is none.
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
