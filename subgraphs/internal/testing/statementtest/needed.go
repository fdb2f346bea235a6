package statementtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sdl"
)

// problems compares two tallies and returns what is wrong with them.
func problems(schema *ast.Schema, few, many Tally, short map[string]string) (found []string) {
	for _, name := range slices.Sorted(maps.Keys(many.statements)) {
		if few.statements[name] != many.statements[name] {
			found = append(found, fmt.Sprintf("%s costs %d statements with few rows, and %d with many",
				name, few.statements[name], many.statements[name]))
		}
	}
	all := needed(schema)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a, b := few.rows[name], many.rows[name]
		switch excused := short[name] != ""; {
		case a == 0 || b == 0:
			found = append(found, fmt.Sprintf("%s: no case returns a row", name))
		case excused && b >= Many:
			found = append(found, fmt.Sprintf("%s is long enough and needs no excuse", name))
		case all[name] && !excused && (a > Few || b < Many):
			found = append(found, fmt.Sprintf("%s: got %d and %d rows, want at most %d and at least %d",
				name, a, b, Few, Many))
		}
	}
	for name := range short {
		if !all[name] {
			found = append(found, fmt.Sprintf("%s is excused but is not a list", name))
		}
	}
	return found
}

// needed returns the fields and keys that cases must cover: root fields, lists and connections as
// Type.field, and the keys of entities. The value is true if there can be many rows.
func needed(schema *ast.Schema) map[string]bool {
	all, seen := map[string]bool{}, map[string]bool{}
	for _, field := range schema.Query.Fields {
		if strings.HasPrefix(field.Name, "_") {
			continue
		}
		all["Query."+field.Name] = isList(schema, field)
		lists(schema, field.Type.Name(), all, seen)
	}
	for _, d := range schema.Types {
		for _, key := range sdl.Keys(d) {
			all[entity(d.Name, key)] = true
			lists(schema, d.Name, all, seen)
		}
	}
	return all
}

// lists adds the lists of a type and of all types reachable from it.
func lists(schema *ast.Schema, typeName string, all, seen map[string]bool) {
	d := schema.Types[typeName]
	if d == nil || seen[typeName] {
		return
	}
	seen[typeName] = true
	if d.IsAbstractType() {
		for _, possible := range schema.GetPossibleTypes(d) {
			lists(schema, possible.Name, all, seen)
		}
		return
	}
	for _, field := range d.Fields {
		if isList(schema, field) {
			all[typeName+"."+field.Name] = true
		}
		lists(schema, field.Type.Name(), all, seen)
	}
}

// isList reports whether a field is a list of objects or a connection. A list of scalars is
// read together with its object.
func isList(schema *ast.Schema, field *ast.FieldDefinition) bool {
	of := schema.Types[field.Type.Name()]
	if of == nil || of.IsLeafType() {
		return false
	}
	return field.Type.Elem != nil || of.Fields.ForName("edges") != nil
}
