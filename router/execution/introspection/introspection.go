// Package introspection answers __schema and __type from the API schema.
//
//	API schema, Operation ──Answer──▶ {"__schema": …, "__type": …}
//
// Input: the API schema and the client's operation. Output: JSON with exactly the selected fields
// under their response keys, as a subgraph would return it. It describes the API schema, which
// contains nothing that is inaccessible.
package introspection

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// maxBytes limits an answer. A short operation that follows cycles of types can ask for more than
// fits into memory.
const maxBytes = 8 << 20

// Answer returns the data of the operation's root fields __schema and __type, or nil if it has
// neither. The data has at most limit bytes, the limit of the response; 0 means no limit. The
// error is an *operation.Error, or that of a client that has left.
func Answer(
	ctx context.Context, api *ast.Schema, op *operation.Operation,
	variables map[string]any, limit int64,
) ([]byte, error) {
	var meta []*operation.Field
	for _, f := range op.Fields {
		if f.Name == "__schema" || f.Name == "__type" {
			meta = append(meta, f)
		}
	}
	if len(meta) == 0 {
		return nil, nil
	}
	if limit <= 0 || limit > maxBytes {
		limit = maxBytes
	}
	w := writer{
		schema: api, variables: variables, limit: int(limit), known: map[**operation.Field][]field{},
		gone: func() bool { return errors.Is(ctx.Err(), context.Canceled) },
	}
	w.object(meta, "", w.root)
	switch {
	case w.left:
		return nil, fmt.Errorf("answering an introspection: %w", ctx.Err())
	case len(w.out) > w.limit:
		return nil, tooLarge(w.limit)
	}
	return w.out, nil
}

func tooLarge(limit int) error {
	err := gqlerror.Errorf("The answer to the introspection is larger than %d KiB. "+
		"Request less data at once.", limit>>10)
	err.Extensions = map[string]any{"code": operation.CodeTooLarge}
	return &operation.Error{Status: http.StatusBadRequest, Errors: gqlerror.List{err}}
}

// writer writes JSON. Functions with the signature of field write the value of one field.
type writer struct {
	gone      func() bool // reports whether the client has left
	schema    *ast.Schema
	variables map[string]any
	limit     int
	out       []byte
	objects   int
	left      bool // true once gone has returned true
	// known caches the results of merged, by the first of the merged fields.
	known map[**operation.Field][]field
}

// field is one field to be answered, with the selection sets from all positions that select it.
type field struct {
	*operation.Field
	inner []*operation.Field
}

// object writes an object of the type with the selected fields.
func (w *writer) object(fields []*operation.Field, typeName string, value func(field)) {
	if w.stops() {
		return
	}
	w.out = append(w.out, '{')
	for i, f := range w.merged(fields) {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.string(f.Key)
		w.out = append(w.out, ':')
		if f.Name == "__typename" {
			w.string(typeName)
			continue
		}
		value(f)
	}
	w.out = append(w.out, '}')
}

// checkedEach is how many objects are written between two checks of the context.
const checkedEach = 1024

// stops reports whether writing ends early because the client has left. At a deadline it does not,
// because writing takes little time.
func (w *writer) stops() bool {
	if w.objects%checkedEach == 0 {
		w.left = w.left || w.gone()
	}
	w.objects++
	return w.left || len(w.out) > w.limit
}

func (w *writer) asked(f *operation.Field) bool {
	return len(f.Conditions) == 0 ||
		response.AnyHolds([][]operation.Condition{f.Conditions}, w.variables)
}

// merged returns the selected fields, one for each key, with the selection sets of all fields with
// that key.
func (w *writer) merged(fields []*operation.Field) []field {
	if len(fields) == 0 {
		return nil
	}
	list, known := w.known[&fields[0]]
	if !known {
		list = w.merge(fields)
		w.known[&fields[0]] = list
	}
	return list
}

func (w *writer) merge(fields []*operation.Field) []field {
	list := make([]field, 0, len(fields))
	byKey := make(map[string]int, len(fields))
	for _, f := range fields {
		if !w.asked(f) {
			continue
		}
		i, known := byKey[f.Key]
		if !known {
			byKey[f.Key] = len(list)
			list = append(list, field{f, f.Fields[:len(f.Fields):len(f.Fields)]})
			continue
		}
		list[i].inner = append(list[i].inner, f.Fields...)
	}
	return list
}

func (w *writer) root(f field) {
	if f.Name == "__schema" {
		w.object(f.inner, "__Schema", w.schemaField)
		return
	}
	name, _ := w.argument(f, "name").(string)
	w.named(f, w.schema.Types[name])
}

// argument returns the value of a field's argument, or nil if it is not given.
func (w *writer) argument(f field, name string) any {
	argument := f.Arguments.ForName(name)
	if argument == nil {
		return nil
	}
	value, err := argument.Value.Value(w.variables)
	if err != nil {
		// This cannot happen: in a valid document only numbers can be malformed, and no argument
		// here is a number.
		return nil
	}
	return value
}

func (w *writer) null() { w.out = append(w.out, "null"...) }

func (w *writer) bool(b bool) { w.out = strconv.AppendBool(w.out, b) }

func (w *writer) string(s string) { w.out = response.AppendString(w.out, s) }

// text writes a string, or null if it is empty.
func (w *writer) text(s string) {
	if s == "" {
		w.null()
		return
	}
	w.string(s)
}

// list writes a list of any kind.
func list[T any](w *writer, items []T, item func(T)) {
	w.out = append(w.out, '[')
	for i, it := range items {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		item(it)
	}
	w.out = append(w.out, ']')
}
