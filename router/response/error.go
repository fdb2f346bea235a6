package response

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/operation"
)

// CodeInternal is the code of what is wrong between the router and the subgraphs' data: nothing that a client did.
const CodeInternal = "INTERNAL"

// codeNotFound is the code of a field that is null because another subgraph knows no such entity, while one refers to it.
// Where its fields can be null, they are, and that is no error (Federation has the null for it); an object that must have
// one of them is null itself, which is.
//
// If the other subgraph is the one that knows the types of an interface object, the object has no
// type and is null. That is an error only where the object must not be null.
const codeNotFound = "ENTITY_NOT_FOUND"

func notFound(typ string) Failure {
	return Failure{Code: codeNotFound, Message: "The " + typ + " that is referred to is not known where the rest of it is."}
}

// Error is one error of the response.
type Error struct {
	Path    Path
	Failure Failure
	// Source is the fetch's: errors at one place come in the order of the plan, not of the answers.
	Source int
}

// Path is a place of the response.
type Path []Step

// Step is one step of a path: a response key or, if that is empty, the index of a list's item.
type Step struct {
	Key   string
	Index int
}

// appendError writes the error as GraphQL, section 7.1.2, has it.
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

// AppendString writes a JSON string.
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

// covered is all places at which, or below which, the subgraphs reported an error.
type covered map[string]reported

type reported struct {
	// first is the number of the error that is first in the order of the plan.
	first int
	// passedOn: what is null here is told of other fields, too.
	passedOn bool
}

func (c covered) has(path Path) bool {
	if len(c) == 0 {
		return false
	}
	_, has := c[string(pathID(path))]
	return has
}

// passedOn reports whether an error is told of other fields.
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

// appendStep makes texts that are equal only for equal paths: no key holds a zero byte.
func appendStep(id []byte, step Step) []byte {
	id = append(append(id, step.Key...), 0)
	if step.Key == "" {
		id = binary.AppendUvarint(id, uint64(step.Index))
	}
	return id
}

// place is a path's position in the order of the response.
type place struct {
	error Error
	order []int
}

// sortErrors puts errors in the order of the response, and cuts the paths of those at fields that the client did
// not ask for: the plan may have needed them. Of these, it leaves out the ones that were passed on, and those that nothing came of.
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

// appendDistinct appends the errors of one place, each message, code and extensions once: subgraphs that serve the same object report the
// same error (GraphQL, section 6.4.4: a field has one error).
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

// idle reports whether an error left its object to stand, for there is the field that the client did not ask for, and nothing that
// it did ask for needed that. To look is to count through lists: it is not done for ever.
func (c *completer) idle(field Path) bool {
	found := false
	c.look(field, func(v Value) { found = c.Kind(v) != Missing })
	return found
}

// nulled reports whether the error is the only one that explains a null of the response.
func (c *completer) nulled(path Path) bool {
	var id []byte
	return len(c.lacked) > 0 && slices.ContainsFunc(path, func(step Step) bool {
		id = appendStep(id, step)
		return c.lacked[string(id)]
	})
}

// typeAt is the type of the object at a path; empty if that is not known, or no object type.
func (c *completer) typeAt(path Path) (name string) {
	c.look(path, func(v Value) { name = c.TypeName(v) })
	if definition := c.data.schema.Types[name]; definition == nil || definition.Kind != ast.Object {
		return ""
	}
	return name
}

// look looks at what is at a path of the data, unless it was looked often.
func (c *completer) look(path Path, at func(Value)) {
	if c.looks++; c.looks > mostLooks {
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

const mostLooks = 64

// locate follows a path through what was asked, as far as it leads, and says at each step which one it is.
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

// below are the fields inside all those that are asked.
func below(fields []*operation.Field, asked func(*operation.Field) bool) []*operation.Field {
	var inner []*operation.Field
	for _, f := range fields {
		if asked(f) {
			inner = append(inner, f.Fields...)
		}
	}
	return inner
}

// asks reports whether it is a field of the key, for objects of the type if that is known, and not left out.
func (c *completer) asks(f *operation.Field, key, typ string) bool {
	return f.DataKey() == key && (typ == "" || f.Types.Has(typ)) && AnyHolds([][]operation.Condition{f.Conditions}, c.variables)
}
