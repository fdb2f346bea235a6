// Package operation turns the text of a client's operation into the form that is planned and
// completed.
//
//	text ──parse, validate──▶ ast.QueryDocument ──collect──▶ Operation
//	  └──variables for literals──▶ collect ──▶ Operation of all documents of a Form
//	variables (JSON) ──Operation.Coerce──▶ variables
//	literals of a document ──Operation.Bind──▶ variables
//
// Input: the API schema, the document's text, the operation's name. Output: an Operation, which
// has no fragments. Each selection set is a flat list of fields. A field from a fragment carries
// the object types for which it is selected (Types), and a field under @skip or @include the
// conditions. Other directives stay on their fields, for subgraphs; those on operations and
// fragments have no meaning here and are dropped. So planner and response need not know fragments:
// the fields for one object type are a filtered list.
//
// An Operation does not depend on the values of variables: it serves all requests with its text.
package operation

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Operation is one normalised operation of a document. It is immutable.
type Operation struct {
	Kind ast.Operation
	Name string
	// Variables are the client's variables, and those that replace literals: see ParseShared.
	Variables ast.VariableDefinitionList
	// RootType is the name of the root operation type.
	RootType string
	// Fields is the root selection set.
	Fields []*Field

	schema *ast.Schema
	// switches are variables that must not be null although their type allows it.
	switches []string
	shared   *shared // nil if the operation belongs to a single document
	cost     *cost
}

// Field is one selected field, at one position of the response.
//
// Several fields in a list may share a Key: for an object to whose type several apply, their
// selections are merged (GraphQL, section 6.4.3, MergeSelectionSets), and the result has the
// position of the first whose conditions hold.
type Field struct {
	// Key is the response key: the alias, or the name.
	Key  string
	Name string
	// Definition is the field of the API schema, or of the interface if it was selected through
	// one. For __typename, __schema and __type, it is gqlparser's own.
	Definition *ast.FieldDefinition
	// Parent is the type of the API schema in whose selection set or fragment the field was
	// selected.
	Parent    *ast.Definition
	Arguments ast.ArgumentList
	// Directives are all directives except @skip and @include. Fields with different directives
	// stay separate, as in the document.
	Directives ast.DirectiveList
	// Types are the object types for which the field is selected; nil for all that are possible
	// here.
	Types *TypeSet
	// Conditions must all hold, or the field is skipped.
	Conditions []Condition
	// Type is the definition of the field's named type: object, interface, union, scalar or enum.
	Type *ast.Definition
	// Fields is the selection set; empty for leaves.
	Fields []*Field
}

// othersTypename is the key, in the subgraphs' data, of a field that the client calls __typename
// but that is another field. No client's name contains its last character.
const othersTypename = "__typename*"

// DataKey returns the key of the field's value in the subgraphs' data. It is Key, except for
// another field that is called __typename, because the objects' types are read under that key.
func (f *Field) DataKey() string {
	if f.Key == "__typename" && f.Name != f.Key {
		return othersTypename
	}
	return f.Key
}

// ResponseKey returns the Key of the field with a DataKey.
func ResponseKey(dataKey string) string {
	if dataKey == othersTypename {
		return "__typename"
	}
	return dataKey
}

// Condition is @include(if: $Variable), or @skip(if: $Variable) if Skip.
type Condition struct {
	Variable string `json:"variable"`
	Skip     bool   `json:"skip"`
}

// Holds reports whether the condition selects its field.
func (c Condition) Holds(variables map[string]any) bool {
	value, _ := variables[c.Variable].(bool)
	return value != c.Skip
}

// TypeSet is a set of object types.
type TypeSet struct {
	// Names is sorted.
	Names []string
}

// Has reports whether the set contains the type. A nil set contains all.
func (s *TypeSet) Has(name string) bool {
	if s == nil {
		return true
	}
	_, ok := slices.BinarySearch(s.Names, name)
	return ok
}
