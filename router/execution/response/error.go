package response

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// CodeInternal is the code of an error between the router and the subgraphs' data, which no client
// caused.
const CodeInternal = "INTERNAL"

// codeNotFound is the code of a field that is null because one subgraph refers to an entity that
// another does not know. Nullable fields of such an entity are null without an error, as
// Federation prescribes. If a field is non-null, the object itself becomes null, and that is an
// error.
//
// If the other subgraph is the one that has the types of an interface object, the object has no
// type and becomes null. That is an error only at a non-null position.
const codeNotFound = "ENTITY_NOT_FOUND"

func notFound(typ string) Failure {
	return Failure{Code: codeNotFound, Message: "The referenced " + typ + " was not found in the subgraph that has its other fields."}
}

// Error is one error of the response.
type Error struct {
	Path    Path
	Failure Failure
	// Source is the number of the fetch. Errors at one position are sorted by it.
	Source int
}

// Path is a position in the response.
type Path []Step

// Step is one step of a path: a response key or, if Key is empty, a list index.
type Step struct {
	Key   string
	Index int
}

// appendError appends an error in the format of GraphQL, section 7.1.2.
func appendError(dst []byte, e *Error, requestID string) []byte {
	f := &e.Failure
	dst = AppendString(append(dst, `{"message":`...), f.Message)
	if len(e.Path) > 0 {
		dst = appendPath(append(dst, `,"path":`...), e.Path)
	}
	dst = AppendString(append(dst, `,"extensions":{"code":`...), f.Code)
	if f.Subgraph != "" {
		dst = AppendString(append(dst, `,"subgraph":`...), f.Subgraph)
	}
	if f.Subgraph != "" && !f.Passed {
		dst = strconv.AppendBool(append(dst, `,"retryable":`...), f.Retryable)
	}
	if requestID != "" {
		dst = AppendString(append(dst, `,"requestId":`...), requestID)
	}
	return append(append(dst, f.Extensions...), "}}"...)
}

func appendPath(dst []byte, path Path) []byte {
	dst = append(dst, '[')
	for i, step := range path {
		if i > 0 {
			dst = append(dst, ',')
		}
		if step.Key != "" {
			dst = AppendString(dst, operation.ResponseKey(step.Key))
		} else {
			dst = strconv.AppendInt(dst, int64(step.Index), 10)
		}
	}
	return append(dst, ']')
}

// AppendString appends s as a JSON string.
func AppendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		case r < 0x80:
			dst = append(dst, byte(r))
		default:
			dst = append(dst, string(r)...)
		}
	}
	return append(dst, '"')
}

// covered holds all positions at which, or below which, the subgraphs reported an error.
type covered map[string]reported

type reported struct {
	// first is the index of the error that comes first in the order of the plan.
	first int
	// passedOn is true if the error explains nulls of other fields, too.
	passedOn bool
}

func (c covered) has(path Path) bool {
	if len(c) == 0 {
		return false
	}
	_, has := c[string(pathID(path))]
	return has
}

// passedOn reports whether the error at the path explains nulls of other fields.
func (c covered) passedOn(path Path) bool {
	var id []byte
	return slices.ContainsFunc(path, func(step Step) bool {
		id = appendStep(id, step)
		return c[string(id)].passedOn
	})
}

func pathID(path Path) []byte {
	var id []byte
	for _, step := range path {
		id = appendStep(id, step)
	}
	return id
}

// appendStep encodes a step. The encoding of paths is unique, because no key has a zero byte.
func appendStep(id []byte, step Step) []byte {
	id = append(append(id, step.Key...), 0)
	if step.Key == "" {
		id = binary.AppendUvarint(id, uint64(step.Index))
	}
	return id
}

// place is an error and its rank in the order of the response.
type place struct {
	error Error
	order []int
}

// sortErrors puts the errors in the order of the response. It cuts the path of an error at a field
// that the client did not select (the plan may have needed it). Such an error is dropped if it was
// passed on, or if it had no consequence.
func (c *completer) sortErrors(fields []*operation.Field) {
	places := make([]place, 0, len(c.errors))
	for _, e := range c.errors {
		order := c.locate(fields, e.Path)
		if len(order) < len(e.Path) && !c.nulled(e.Path) && (c.covered.passedOn(e.Path) || c.idle(e.Path[:len(order)+1])) {
			continue
		}
		e.Path = e.Path[:len(order)]
		places = append(places, place{e, order})
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(slices.Compare(a.order, b.order), cmp.Compare(a.error.Source, b.error.Source))
	})
	c.errors = c.errors[:0]
	for start := 0; start < len(places); {
		end := start + 1
		for end < len(places) && samePlace(places[start], places[end]) {
			end++
		}
		c.errors = appendDistinct(c.errors, places[start:end])
		start = end
	}
}

func samePlace(a, b place) bool {
	return slices.Equal(a.order, b.order) && len(a.error.Path) > 0 && len(b.error.Path) > 0
}

// appendDistinct appends the errors of one position, and drops those with equal message, code and
// extensions: subgraphs that serve the same object report the same error (GraphQL, section 6.4.4:
// a field has one error).
func appendDistinct(errors []Error, places []place) []Error {
	if len(places) == 1 {
		return append(errors, places[0].error)
	}
	type told struct{ message, code, extensions string }
	seen := map[told]bool{}
	for _, p := range places {
		if id := (told{p.error.Failure.Message, p.error.Failure.Code, p.error.Failure.Extensions}); !seen[id] {
			seen[id] = true
			errors = append(errors, p.error)
		}
	}
	return errors
}

// idle reports whether an error had no consequence: the field, which the client did not select,
// has a value. The search walks through lists, so look limits how often it is done.
func (c *completer) idle(field Path) bool {
	found := false
	c.look(field, func(v Value) { found = c.Kind(v) != Missing })
	return found
}

// nulled reports whether the error alone explains a null in the response.
func (c *completer) nulled(path Path) bool {
	var id []byte
	return len(c.lacked) > 0 && slices.ContainsFunc(path, func(step Step) bool {
		id = appendStep(id, step)
		return c.lacked[string(id)]
	})
}

// typeAt returns the type of the object at a path, or "" if it is unknown or not an object type.
func (c *completer) typeAt(path Path) (name string) {
	c.look(path, func(v Value) { name = c.TypeName(v) })
	if definition := c.data.schema.Types[name]; definition == nil || definition.Kind != ast.Object {
		return ""
	}
	return name
}

// look calls at with the value at a path of the data, at most maxLooks times for a response.
func (c *completer) look(path Path, at func(Value)) {
	if c.looks++; c.looks > maxLooks {
		return
	}
	frame := c.Frame()
	defer c.Rewind(frame)
	v := c.Root()
	for _, step := range path {
		if step.Key != "" {
			v = c.Member(v, step.Key)
		} else {
			v = c.item(v, step.Index)
		}
	}
	at(v)
}

const maxLooks = 64

// locate follows a path through the selected fields, and returns the position of each step found.
func (c *completer) locate(fields []*operation.Field, path Path) []int {
	order := make([]int, 0, len(path))
	for i, step := range path {
		if step.Key == "" {
			order = append(order, step.Index)
			continue
		}
		typ := ""
		if slices.ContainsFunc(fields, func(f *operation.Field) bool { return f.Types != nil }) {
			typ = c.typeAt(path[:i])
		}
		asked := func(f *operation.Field) bool { return c.asks(f, step.Key, typ) }
		at := slices.IndexFunc(fields, asked)
		if at < 0 {
			break
		}
		order = append(order, at)
		fields = below(fields[at:], asked)
	}
	return order
}

func below(fields []*operation.Field, asked func(*operation.Field) bool) []*operation.Field {
	var inner []*operation.Field
	for _, f := range fields {
		if asked(f) {
			inner = append(inner, f.Fields...)
		}
	}
	return inner
}

// asks reports whether the field has the key, applies to the type if that is known, and is
// selected.
func (c *completer) asks(f *operation.Field, key, typ string) bool {
	return f.DataKey() == key && (typ == "" || f.Types.Has(typ)) && AnyHolds([][]operation.Condition{f.Conditions}, c.variables)
}
