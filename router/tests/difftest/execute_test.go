package difftest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// execution executes one operation over a schema as the specification says (GraphQL, section 6),
// field by field.
type execution struct {
	schema    *ast.Schema
	variables map[string]any
	// resolve returns the value of a field, and typeName returns the type of an object.
	resolve  func(o *object, f *ast.Field, args map[string]any) (any, error)
	typeName func(o *object) string
	// lost, if set, says which fields fail without being resolved.
	lost func(o *object, f *ast.Field, path []any) bool
	// hides and hidesType, if set, say what the client may not see.
	hides     func(object, field string) bool
	hidesType func(object string) bool
	errors    []*executionError
}

// executionError is an error at a path; rest is the position of the null that it causes.
type executionError struct {
	path, rest []any
	message    string
	code       string // of the router's errors, and of those for what is hidden
}

// record is an object of the response, in order.
type record []member

type member struct {
	key   string
	value any
}

func (r record) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, m := range r {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(strconv.AppendQuote(out, m.key), ':')
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		out = append(out, value...)
	}
	return append(out, '}'), nil
}

// execute returns the data: a record, or nil.
func (e *execution) execute(root *object, operation *ast.OperationDefinition) any {
	data, ok := e.object(root, []ast.SelectionSet{operation.SelectionSet}, nil)
	if !ok {
		e.settle(0, nil)
		return nil
	}
	return data
}

// settle sets where the errors from index from on cause a null, and drops those inside it.
func (e *execution) settle(from int, at []any) {
	for _, err := range e.errors[from:] {
		err.rest = slices.Clone(at)
	}
}

func (e *execution) fail(path []any, format string, args ...any) {
	e.errors = append(e.errors, &executionError{path: slices.Clone(path), message: fmt.Sprintf(format, args...)})
}

func (e *execution) object(o *object, sets []ast.SelectionSet, path []any) (any, bool) {
	var out record
	for _, group := range e.collect(e.typeName(o), sets) {
		value, ok := e.field(o, group, append(path, group.key))
		if !ok {
			return nil, false
		}
		out = append(out, member{group.key, value})
	}
	if out == nil {
		out = record{}
	}
	return out, true
}

// fieldGroup holds the fields with one response key.
type fieldGroup struct {
	key    string
	fields []*ast.Field
}

// collect is CollectFields.
func (e *execution) collect(typeName string, sets []ast.SelectionSet) []*fieldGroup {
	var groups []*fieldGroup
	var visit func(set ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if !e.asked(s.Directives) {
					continue
				}
				at := slices.IndexFunc(groups, func(g *fieldGroup) bool { return g.key == s.Alias })
				if at < 0 {
					at = len(groups)
					groups = append(groups, &fieldGroup{key: s.Alias})
				}
				groups[at].fields = append(groups[at].fields, s)
			case *ast.InlineFragment:
				if e.asked(s.Directives) && e.applies(typeName, s.TypeCondition) {
					visit(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if e.asked(s.Directives) && e.applies(typeName, s.Definition.TypeCondition) {
					visit(s.Definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		visit(set)
	}
	return groups
}

func (e *execution) asked(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		value, err := d.Arguments.ForName("if").Value.Value(e.variables)
		if err != nil {
			panic(err)
		}
		if d.Name == "skip" && value == true || d.Name == "include" && value != true {
			return false
		}
	}
	return true
}

func (e *execution) applies(typeName, condition string) bool {
	if condition == "" || condition == typeName {
		return true
	}
	return slices.ContainsFunc(e.schema.PossibleTypes[condition], func(d *ast.Definition) bool { return d.Name == typeName })
}

func (e *execution) field(o *object, group *fieldGroup, path []any) (any, bool) {
	f := group.fields[0]
	if f.Name == "__typename" {
		return e.typeName(o), true
	}
	told := len(e.errors)
	// The object's own field can be narrower than the field of the interface in the selection.
	definition := f.Definition
	if own := e.schema.Types[e.typeName(o)].Fields.ForName(f.Name); own != nil {
		definition = own
	}
	var value any
	err := errLost
	switch {
	case e.hides != nil && e.hides(e.typeName(o), f.Name):
		err = errHidden
	case e.lost == nil || !e.lost(o, f, path):
		value, err = e.resolve(o, f, inputs{e.schema, e.variables}.arguments(definition.Arguments, f.Arguments))
	}
	if err != nil {
		e.fail(path, "%s", err)
		if errors.Is(err, errHidden) {
			e.errors[len(e.errors)-1].code = codeHidden
		}
		if !definition.Type.NonNull {
			e.settle(told, path)
		}
		return nil, !definition.Type.NonNull
	}
	var below []ast.SelectionSet
	for _, f := range group.fields {
		below = append(below, f.SelectionSet)
	}
	return e.complete(definition.Type, below, value, path)
}

// complete is CompleteValue; it returns false if the null propagates.
func (e *execution) complete(typ *ast.Type, below []ast.SelectionSet, value any, path []any) (any, bool) {
	told := len(e.errors)
	var out any
	ok := true
	switch v := value.(type) {
	case nil:
		if typ.NonNull {
			e.fail(path, "null for a value of type %s", typ)
		}
		return nil, !typ.NonNull
	case []any:
		out, ok = e.list(typ, below, v, path)
	case *object:
		if typ.Elem != nil {
			panic(errors.New("an object for a list"))
		}
		if e.hidesType != nil && e.schema.Types[typ.Name()].IsAbstractType() && e.hidesType(e.typeName(v)) {
			e.fail(path, errHiddenObject)
			e.errors[len(e.errors)-1].code = codeHidden
			ok = false
			break
		}
		out, ok = e.object(v, below, path)
	default:
		out = v
	}
	if ok {
		return out, true
	}
	if !typ.NonNull {
		e.settle(told, path)
	}
	return nil, !typ.NonNull
}

func (e *execution) list(typ *ast.Type, below []ast.SelectionSet, values []any, path []any) (any, bool) {
	items := make([]any, len(values))
	for i, value := range values {
		item, ok := e.complete(typ.Elem, below, value, append(path, i))
		if !ok {
			return nil, false
		}
		items[i] = item
	}
	return items, true
}
