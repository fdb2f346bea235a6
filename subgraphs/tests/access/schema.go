package access

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sdl"
)

// Services returns the names of the subgraphs, which are also the names of their schema files.
func Services() []string { return []string{"user", "product", "order"} }

// Schema holds the types of an endpoint.
type Schema struct{ types sdl.Types }

// ReadSchema reads NAME.graphqls in a folder.
func ReadSchema(folder, name string) (*Schema, error) {
	path := filepath.Join(folder, name+".graphqls")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	document, err := parser.ParseSchema(&ast.Source{Name: path, Input: string(text)})
	if err != nil {
		return nil, err
	}
	s := &Schema{types: sdl.Types{}}
	for _, d := range slices.Concat(document.Definitions, document.Extensions) {
		s.add(d)
	}
	return s, nil
}

// add adds a definition, or adds an extension to its definition.
func (s *Schema) add(d *ast.Definition) {
	whole := s.types[d.Name]
	if whole == nil {
		s.types[d.Name] = d
		return
	}
	whole.Fields = append(whole.Fields, d.Fields...)
	whole.Directives = append(whole.Directives, d.Directives...)
	whole.Types = append(whole.Types, d.Types...)
}

// Missing returns the fields, root fields and keys of a service's schema that have no rule, and
// the mutations that succeed for nobody.
func (t *Table) Missing(service string, s *Schema) (missing []string) {
	for _, d := range s.types {
		missing = append(missing, t.missingKeys(service, d)...)
		switch {
		case d.Kind != ast.Object:
		case d.Name == "Query" || d.Name == "Mutation" || d.Name == "Subscription":
			missing = append(missing, t.missingRoots(service, d)...)
		default:
			missing = append(missing, t.missingFields(service, d)...)
		}
	}
	slices.Sort(missing)
	return missing
}

func (t *Table) missingRoots(service string, d *ast.Definition) (missing []string) {
	for _, field := range d.Fields {
		isDoor := func(door Door) bool {
			return door.Service == service && Root(door.Text) == field.Name
		}
		succeeds := func(call Call) bool {
			return call.Service == service && Root(call.Text) == field.Name &&
				slices.Contains(call.Row[:], Shown)
		}
		if !slices.ContainsFunc(t.Doors, isDoor) && !slices.ContainsFunc(t.Calls, succeeds) {
			missing = append(missing, fmt.Sprintf("%s: %s.%s", service, d.Name, field.Name))
		}
	}
	return missing
}

func (t *Table) missingFields(service string, d *ast.Definition) (missing []string) {
	for _, field := range d.Fields {
		if name := d.Name + "." + field.Name; t.Fields[name] == "" {
			missing = append(missing, fmt.Sprintf("%s: %s", service, name))
		}
	}
	return missing
}

// missingKeys returns the keys of an entity that no door looks it up by.
func (t *Table) missingKeys(service string, d *ast.Definition) (missing []string) {
	for _, key := range sdl.Keys(d) {
		isDoor := func(door Door) bool {
			return door.Service == service && door.Entity == d.Name && keyOf(door.Text) == key
		}
		if !slices.ContainsFunc(t.Doors, isDoor) {
			missing = append(missing, fmt.Sprintf("%s: _entities(%s by %s)", service, d.Name, key))
		}
	}
	return missing
}

// LooksUp reports whether an entity has the key that a door looks it up by.
func (s *Schema) LooksUp(door Door) bool {
	d := s.types[door.Entity]
	return d != nil && slices.Contains(sdl.Keys(d), keyOf(door.Text))
}

// Has reports whether there is a field such as "Order.number".
func (s *Schema) Has(name string) bool {
	typeName, field, _ := strings.Cut(name, ".")
	d := s.types[typeName]
	return d != nil && d.Fields.ForName(field) != nil
}

// Demands returns what a router demands of the clients for a field of a root type: an empty list
// for nothing, or "login" and the alternative scopes, sorted.
func (s *Schema) Demands(typeName, field string) []string {
	var demands []string
	for _, d := range s.types[typeName].Fields.ForName(field).Directives {
		switch d.Name {
		case "authenticated":
			demands = append(demands, string(Login))
		case "requiresScopes":
			for _, set := range d.Arguments.ForName("scopes").Value.Children {
				demands = append(demands, set.Value.String())
			}
		}
	}
	slices.Sort(demands)
	return demands
}

// Selection returns a selection of everything below a field of a root type; each type occurs once
// on any path down.
func (s *Schema) Selection(typeName, field string) string {
	d := s.types[typeName].Fields.ForName(field)
	if d == nil {
		return ""
	}
	return s.types.All(d.Type.Name())
}

// SelectionOf returns a selection of everything in a type.
func (s *Schema) SelectionOf(typeName string) string { return s.types.All(typeName) }
