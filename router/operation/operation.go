// Package operation turns the text of a client's operation into the form that is planned and
// completed.
//
//	text ──parse, validate──▶ ast.QueryDocument ──collect──▶ Operation
//	                           └──variables for literals──▶ collect ──▶ Operation of all documents of a Form
//	variables (JSON) ──Operation.Coerce──▶ variables
//	literals of a document ──Operation.Bind──▶ variables
//
// Goes in: the API schema, the document's text, the operation's name. Comes out: an Operation, in which
// fragments are gone. Each selection set is a flat list of fields; a field that stood in a fragment
// carries the object types for which it was asked (Types), and one under @skip or @include the
// conditions. Other directives stay with the fields that they stand on, for subgraphs; those on operations and fragments
// say nothing here, and are dropped. So planner and response need not know fragments, and a set of fields for one object type
// is a filter over a list.
//
// An Operation does not depend on the values of variables: one serves all requests with its text.
package operation

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Operation is one normalised operation of a document. It is read-only once made.
type Operation struct {
	Kind ast.Operation
	Name string
	// Variables are the client's, and those that stand for literals: ParseShared.
	Variables ast.VariableDefinitionList
	// RootType is the name of the root operation type.
	RootType string
	// Fields is the root selection set.
	Fields []*Field

	schema *ast.Schema
	// switches are variables that must not be null, though their type allows it.
	switches []string
	shared   *shared // nil: of one document alone
	cost     *cost   // nil: no variable is in it, and it was checked
}

// Field is one field asked for, at one place of the response.
//
// Within a list of fields, several may share a Key: for an object of a type that they name, their selections are merged
// (GraphQL, section 6.4.3, MergeSelectionSets), and they stand at the place of the first whose conditions hold.
type Field struct {
	// Key is the response key: the alias, or the name.
	Key  string
	Name string
	// Definition is the field of the API schema; of the interface, if it was asked through one.
	// For __typename, and for __schema and __type, it is gqlparser's own.
	Definition *ast.FieldDefinition
	// Parent is the type, of the API schema, in whose selection set or fragment the field stood.
	Parent    *ast.Definition
	Arguments ast.ArgumentList
	// Directives are those but @skip and @include. Fields that differ in them are apart, as in the document.
	Directives ast.DirectiveList
	// Types are the object types that the field is asked for; nil if for all that are possible here.
	Types *TypeSet
	// Conditions must all hold, or the field is not asked for.
	Conditions []Condition
	// Type is the definition of the field's named type: object, interface, union, scalar or enum.
	Type *ast.Definition
	// Fields is the selection set; empty for leaves.
	Fields []*Field
}

// othersTypename is the key, in the data of subgraphs, of a field that the client calls __typename, and that is not: no client's
// name has such a letter.
const othersTypename = "__typename*"

// DataKey is the key under which the field's value stands in what is gathered of the subgraphs' data: its Key, unless that is
// __typename and the field another one, since there the objects' types are read.
func (f *Field) DataKey() string {
	if f.Key == "__typename" && f.Name != f.Key {
		return othersTypename
	}
	return f.Key
}

// ResponseKey is the Key of the field that has a DataKey.
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

// Holds reports whether the condition lets its field through.
func (c Condition) Holds(variables map[string]any) bool {
	value, _ := variables[c.Variable].(bool)
	return value != c.Skip
}

// TypeSet is a set of object types.
type TypeSet struct {
	// Names is sorted.
	Names []string
}

// Has reports whether the set holds the type; the nil set holds all.
func (s *TypeSet) Has(name string) bool {
	if s == nil {
		return true
	}
	_, ok := slices.BinarySearch(s.Names, name)
	return ok
}
