package gateway_test

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// stub is a subgraph that answers every field, with lists of 5 elements or of the requested size.
// The ID of an object is the end of its path; other strings are the names of their fields.
type stub struct{ schema *ast.Schema }

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct {
		Query     string
		Variables map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	document, err := parser.ParseQuery(&ast.Source{Input: request.Query})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	operation := document.Operations[0]
	root := s.schema.Query
	if operation.Operation == ast.Mutation {
		root = s.schema.Mutation
	}
	a := answering{stub: s, variables: request.Variables, out: []byte(`{"data":`)}
	a.object(root.Name, operation.SelectionSet, "q")
	_, _ = w.Write(append(a.out, '}'))
}

type answering struct {
	*stub
	variables map[string]any
	out       []byte
}

func (a *answering) object(typeName string, set ast.SelectionSet, at string) {
	a.out = append(a.out, '{')
	a.fields(typeName, set, at)
	if last := len(a.out) - 1; a.out[last] == ',' {
		a.out = a.out[:last]
	}
	a.out = append(a.out, '}')
}

func (a *answering) fields(typeName string, set ast.SelectionSet, at string) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.InlineFragment:
			if of.TypeCondition == "" || of.TypeCondition == typeName {
				a.fields(typeName, of.SelectionSet, at)
			}
		case *ast.Field:
			a.out = append(strconv.AppendQuote(a.out, of.Alias), ':')
			a.field(typeName, of, at)
			a.out = append(a.out, ',')
		}
	}
}

func (a *answering) field(typeName string, f *ast.Field, at string) {
	if f.Name == "__typename" {
		a.out = strconv.AppendQuote(a.out, typeName)
		return
	}
	if f.Name == "_entities" {
		a.entities(f)
		return
	}
	if f.Name == "id" {
		a.out = strconv.AppendQuote(a.out, at[max(0, len(at)-40):])
		return
	}
	size := 5
	if first := f.Arguments.ForName("first"); first != nil {
		value, _ := first.Value.Value(a.variables)
		if n, ok := value.(float64); ok {
			size = int(n)
		}
	}
	a.value(a.schema.Types[typeName].Fields.ForName(f.Name).Type, f, size, at+"."+f.Alias)
}

func (a *answering) entities(f *ast.Field) {
	representations, _ := f.Arguments.ForName("representations").Value.Value(a.variables)
	a.out = append(a.out, '[')
	for i, r := range representations.([]any) {
		if i > 0 {
			a.out = append(a.out, ',')
		}
		of := r.(map[string]any)
		id, _ := of["id"].(string)
		a.object(of["__typename"].(string), f.SelectionSet, id)
	}
	a.out = append(a.out, ']')
}

func (a *answering) value(of *ast.Type, f *ast.Field, size int, at string) {
	if of.Elem != nil {
		a.out = append(a.out, '[')
		for i := range size {
			if i > 0 {
				a.out = append(a.out, ',')
			}
			a.value(of.Elem, f, size, at+strconv.Itoa(i))
		}
		a.out = append(a.out, ']')
		return
	}
	definition := a.schema.Types[of.NamedType]
	switch {
	case definition.IsAbstractType():
		a.object(a.schema.GetPossibleTypes(definition)[0].Name, f.SelectionSet, at)
	case definition.IsCompositeType():
		a.object(definition.Name, f.SelectionSet, at)
	case definition.Kind == ast.Enum:
		a.out = strconv.AppendQuote(a.out, definition.EnumValues[0].Name)
	case of.NamedType == "Int":
		a.out = append(a.out, '7')
	case of.NamedType == "Boolean":
		a.out = append(a.out, "true"...)
	default:
		a.out = strconv.AppendQuote(a.out, f.Name)
	}
}
