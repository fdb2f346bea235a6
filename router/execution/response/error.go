package response

import (
	"encoding/binary"
	"slices"
	"strconv"

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

// hiddenSource is the source of errors for what is hidden. It comes before all fetches, so that
// the error is the first at its position.
const hiddenSource = -1

const remedyHidden = "Sign in, or request the permission for it."

func notFound(typ string) Failure {
	message := "The referenced " + typ + " was not found in the subgraph that has its other fields."
	return Failure{Code: codeNotFound, Message: message}
}

// Error is one error of the response.
type Error struct {
	Path    Path
	Failure Failure
	// Source is the number of the fetch. Errors at one position are sorted by it.
	Source int
}

// weight is an estimate of the bytes that an error takes.
func (e *Error) weight() int64 {
	return int64(100 + len(e.Failure.Message) + len(e.Failure.Extensions) + 16*len(e.Path))
}

// Path is a position in the response.
type Path []Step

// Step is one step of a path: a response key or, if Key is empty, a list index.
type Step struct {
	Key   string
	Index int
}

// errorList returns the response's member errors and a comma.
func errorList(errors []Error, requestID string) []byte {
	list := []byte(`"errors":[`)
	for i := range errors {
		if i > 0 {
			list = append(list, ',')
		}
		list = appendError(list, &errors[i], requestID)
	}
	return append(list, "],"...)
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
