// Package plan defines the query plan: which subgraph is asked for what, after which others, and
// where the answers go.
//
//	planner ──▶ Plan ──▶ executor
//	              └──▶ text, JSON (String, MarshalJSON)
//
// A plan is a list of fetches. Each is one HTTP request to one subgraph, and lists the fetches on
// which it depends. The executor starts a fetch when those have ended. Text and JSON show the same
// as a tree of Sequence, Parallel, Flatten and Fetch.
//
// A plan is made once for an operation and any values of its variables. It is immutable.
//
// The text of the plan for { me { orders { item { title } } } } over the subgraphs user, order and
// product:
//
//	QueryPlan {
//	  Sequence {                                in sequence; Parallel means at the same time
//	    Fetch 0 (user) {                        one request to the subgraph user; 0 is its number
//	      me {
//	        id                                  the client did not select it: fetch 1 needs it
//	      }
//	    }
//	    Fetch 1 (order) after 0 {               starts as soon as fetch 0 has ended
//	      Flatten me { User id }                me is an entity: {__typename: "User", id} is sent,
//	        => {                                and these fields are merged into it:
//	        ... on User {
//	          orders {
//	            item {
//	              id
//	            }
//	          }
//	        }
//	      }
//	    }
//	    Fetch 2 (product) after 1 {
//	      Flatten me.orders.@.item { Product id }    @: each item of the list
//	        => {
//	        ... on Product {
//	          title
//	        }
//	      }
//	    }
//	  }
//	}
//
// In addition: { __typename id } sends the __typename that the object has. A path step |A|next is
// taken from objects of type A only, and Flatten path|A| looks up such objects only. id<-key is
// sent as id, and is stored in the response under key. "if $a and not $b" is a condition on
// variables. "rename a.b to c" stores what the subgraph calls b, in a, under the key c.
package plan

import (
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// Plan answers one operation.
type Plan struct {
	Kind ast.Operation
	// Fetches are ordered so that each comes after those on which it depends. The fetches for a
	// mutation's root fields depend on each other, so that they run in sequence.
	Fetches []*Fetch
}

// Fetch is one request to one subgraph.
//
// A fetch without look-ups requests root fields; its data belongs to the root of the response. A
// fetch with look-ups requests entities; each look-up is one _entities field of the same request.
type Fetch struct {
	// ID is the index in Plan.Fetches.
	ID       int
	Subgraph string
	Kind     ast.Operation
	// Document is the whole text of the subgraph's operation with its variable declarations, as
	// short as possible. SetDocument sets it.
	Document string
	// Quoted is the document as a JSON string, ready for requests.
	Quoted string
	// Variables are the names of the client's variables in the document. A variable without a
	// value and a default is left out of the request.
	Variables []string
	// Declared are the definitions of Variables, for documents that are written at run time: see
	// DocumentFor.
	Declared ast.VariableDefinitionList
	// DependsOn are the IDs of the fetches that must have ended before this one starts.
	DependsOn []int
	// Conditions are groups of conditions: the fetch is sent if all of one group hold, or if there
	// is no group.
	Conditions [][]operation.Condition
	Lookups    []Lookup
	// Renames belong to a fetch without look-ups; their paths start at data.
	Renames []Rename
	// Selections are the selections of Document on the root. If there are look-ups, these have
	// their own.
	Selections []Selection
}

// RootFields returns the number of the request's root fields. Each look-up is one: an _entities
// field.
func (f *Fetch) RootFields() int {
	keys := map[string]bool{}
	addKeys(f.Selections, keys)
	lookups := 0
	for i := range f.Lookups {
		if f.Lookups[i].Root {
			addKeys(f.Lookups[i].Selections, keys)
		} else {
			lookups++
		}
	}
	return len(keys) + lookups
}

// addKeys adds the response keys of the fields, those in fragments too.
func addKeys(selections []Selection, keys map[string]bool) {
	for i := range selections {
		if s := &selections[i]; s.Name == "" {
			addKeys(s.Selections, keys)
		} else {
			keys[s.Key()] = true
		}
	}
}

// SetDocument sets the fetch's document. Both texts share their memory if nothing needs an escape.
func (f *Fetch) SetDocument(text string) {
	if isPlain(text) {
		f.Quoted = `"` + text + `"`
		f.Document = f.Quoted[1 : len(text)+1]
		return
	}
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a string can be encoded
	}
	f.Document, f.Quoted = text, strings.TrimSuffix(quoted.String(), "\n")
}

// isPlain reports whether a text needs no escapes in JSON.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Lookup is one _entities field, for entities of one type and selection at one or more positions.
//
// If Root is true there is no such field: the objects at the targets have the root query type,
// which has no keys. The fetch has only this look-up, and requests its fields at the root. The
// data belongs to each of the objects.
type Lookup struct {
	Root bool
	// Alias is the response key of the _entities field in the subgraph's data.
	Alias string
	// Variable is the name of the variable with the representations, without $.
	Variable string
	// Targets are the positions of the entities. The entity for a target is merged into the object
	// there.
	Targets []Target
	// Conditions are as in Fetch. If they do not hold, the look-up sends an empty list of
	// representations.
	Conditions [][]operation.Condition
	// Renames have paths that start at the entity.
	Renames    []Rename
	Selections []Selection
}

// Target is a position in the response with entities to look up: each object at the end of Path,
// through all lists.
type Target struct {
	Path []PathElement
	// Types are the run-time types whose objects are looked up, by their __typename in the
	// response; nil for all.
	Types *operation.TypeSet
	// TypeName is the __typename to send if the subgraph's type differs from the object's own (an
	// @interfaceObject has the interface's name). If it is empty, the object's own __typename is
	// sent.
	TypeName string
	// Representation is what is sent in addition to __typename, read from the object at the
	// target.
	Representation []Member
	// Requirements say which fields of the look-up need which parts of the representation; empty
	// if all need everything.
	Requirements []Requirement
	// Contexts are values that are read from objects on the path. All targets of a look-up use the
	// same variables.
	Contexts []ContextValue
}

// Requirement is what one field needs in the representation. For an object that lacks it, only the
// other fields are requested.
type Requirement struct {
	Field   string
	Members []Member
}

// PathElement is one step of a Target's path: the field's response key in the data. The path leads
// through the items of a list, however nested.
type PathElement struct {
	Key string
	// Types are the run-time types from whose objects the step is taken; nil for all.
	Types *operation.TypeSet
	// List is true if the field's value is a list. It is used for printing.
	List bool
}

// Member is one member of a representation.
type Member struct {
	// Name is the member's name in the representation: the field's name in the subgraph.
	Name string
	// Key is the response key of the value in the response data.
	Key string
	// Identifies is true for the fields of the key: if all are null, or one is missing, the entity
	// cannot be looked up. A member that only @requires needs is sent as null if it is null and no
	// error is the reason.
	Identifies bool
	// Types are the run-time types whose objects have the member; nil for all.
	Types *operation.TypeSet
	// Members are the members of the value if it is an object or a list of objects; empty for
	// leaves.
	Members []Member
}

// Rename gives a value another response key. The document uses an alias if two selections with the
// same key do not fit into one document. Another field that the client calls __typename gets the
// key __typename*, which distinguishes it from the objects' types (operation.Field.DataKey).
type Rename struct {
	// Path holds the response keys in the document, from the data (or the entity) to the objects
	// that hold the value. It leads through lists. The executor applies the deepest renames first.
	Path []string
	From string
	To   string
}

// Selection is one field of a subgraph's selection set, or an inline fragment if Name is empty.
type Selection struct {
	// On is the type condition of an inline fragment.
	On string
	// Alias is the response key if it is not the name.
	Alias      string
	Name       string
	Arguments  ast.ArgumentList
	Directives ast.DirectiveList // the client's, except @skip and @include
	Conditions []operation.Condition
	Selections []Selection
}

// Key returns the response key of a field.
func (s Selection) Key() string {
	if s.Alias != "" {
		return s.Alias
	}
	return s.Name
}
