// Package plan is the query plan: which subgraph is asked what, after which others, and where the answers go.
//
//	planner ──▶ Plan ──▶ executor
//	              └──▶ text, JSON (String, MarshalJSON)
//
// A plan is a list of fetches, each one HTTP request to one subgraph, with the fetches that it depends on. The
// executor starts a fetch when those have answered. Text and JSON show the same as a tree of Sequence, Parallel,
// Flatten and Fetch.
//
// A plan is made once for an operation, whatever its variables; it is read-only once made.
//
// How the text reads, by { me { orders { item { title } } } } over the subgraphs user, order and product:
//
//	QueryPlan {
//	  Sequence {                                     one after the other; Parallel: at the same time
//	    Fetch 0 (user) {                             one request to the subgraph user; 0 is its number
//	      me {
//	        id                                       the client did not ask for it: it is for what follows
//	      }
//	    }
//	    Fetch 1 (order) after 0 {                    begins as soon as fetch 0 has ended
//	      Flatten me { User id }                     me is an entity: it is sent as {__typename: "User", id},
//	        => {                                     and this is asked of it, and merged into it:
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
// Besides: { __typename id } sends the __typename that the object has; a path step |A|next is taken from objects of the type A only, and Flatten path|A| looks up such objects only;
// id<-key is sent as id, and stands in the response under key; "if $a and not $b" is a condition on variables;
// "rename a.b to c" gives what the subgraph calls b, in a, the key c.
package plan

import (
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/operation"
)

// Plan answers one operation.
type Plan struct {
	Kind ast.Operation
	// Fetches are in an order in which each stands behind those it depends on. Those of a mutation's root
	// fields depend on each other, so that they run one after the other.
	Fetches []*Fetch
}

// Fetch is one request to one subgraph.
//
// A fetch without look-ups asks root fields: its data belong to the root of the response. A fetch with look-ups
// asks for entities: each look-up is one _entities field of the same request.
type Fetch struct {
	// ID is the index in Plan.Fetches.
	ID       int
	Subgraph string
	Kind     ast.Operation
	// Document is the whole text of the subgraph's operation, variables declared, as short as it can be. SetDocument sets it.
	Document string
	// Quoted is the document as a JSON string, as each request has it.
	Quoted string
	// Variables are the names of the client's variables that the document uses. A variable that the client left out
	// (and that has no default) is left out of the request.
	Variables []string
	// Declared are the definitions of Variables, for a document that has to be written anew: see DocumentFor.
	Declared ast.VariableDefinitionList
	// DependsOn are the IDs of fetches that must have ended before this one can be made.
	DependsOn []int
	// Conditions: the fetch is made if all of any one group hold, and always if there are none.
	Conditions [][]operation.Condition
	Lookups    []Lookup
	// Renames belong to a fetch without look-ups; paths begin at data.
	Renames []Rename
	// Selections is what Document asks: of the root, or if there are look-ups, they have their own.
	Selections []Selection
}

// RootFields returns how many root fields the request has. Each look-up is one: an _entities field.
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

// SetDocument gives the fetch its document. Both texts are one in memory if nothing in it needs an escape.
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

// isPlain reports whether a text stands in JSON as it is.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Lookup is one _entities field, for entities of one type and selection that may stand at several places.
//
// If Root, it is no such field: the objects at the targets are of the root query type, which has no keys, and the
// fetch, which has this one look-up only, asks its fields at the root. Its data belong to each of the objects.
type Lookup struct {
	Root bool
	// Alias is the response key of the _entities field in the subgraph's data.
	Alias string
	// Variable is the name of the variable with the representations, without $.
	Variable string
	// Targets are the places of the entities. The entity that is answered for a target is merged into the object there.
	Targets []Target
	// Conditions: as in Fetch; a look-up for which they do not hold sends no representations (an empty list).
	Conditions [][]operation.Condition
	// Renames' paths begin at the entity.
	Renames    []Rename
	Selections []Selection
}

// Target is a place in the response with entities to look up: each object at the end of Path, through all lists.
type Target struct {
	Path []PathElement
	// Types: only objects of these run-time types (by their __typename in the response) are looked up; nil for all.
	Types *operation.TypeSet
	// TypeName is the __typename to send: that of the subgraph's type, where it differs from the object's own
	// (an @interfaceObject has the interface's name). Empty: the object's own __typename.
	TypeName string
	// Representation is what is sent beside __typename, read from the object at the target.
	Representation []Member
	// Requirements say which fields of the look-up need what of the representation; none if all need all.
	Requirements []Requirement
	// Contexts are values that are read from objects on the way, for all targets of a look-up by the same variables.
	Contexts []ContextValue
}

// Requirement is what one field needs in the representation. An object that lacks it is asked for the other fields only.
type Requirement struct {
	Field   string
	Members []Member
}

// PathElement is one step of a Target's path: the field's response key in the response data. A list there, however nested,
// is entered item by item.
type PathElement struct {
	Key string
	// Types: only from objects of these run-time types is the step taken; nil for all.
	Types *operation.TypeSet
	// List is true if the field's value is a list; for printing.
	List bool
}

// Member is one member of a representation.
type Member struct {
	// Name is the member's name in the representation: the field's name in the subgraph.
	Name string
	// Key is the response key under which the value stands in the response data.
	Key string
	// Identifies is true for the fields of the key: if all are null, or one is missing, the entity cannot be looked up.
	// A member that only @requires asks for is sent as null if it is null, and that not for an error.
	Identifies bool
	// Types: only objects of these run-time types have the member; nil for all.
	Types *operation.TypeSet
	// Members of the value, if it is an object or a list of objects. Empty for leaves.
	Members []Member
}

// Rename gives a value another response key: the subgraph was asked under an alias, because two selections that would
// share the key do not fit into one document. A field that the client calls __typename, and that is another, is given the key
// __typename*, which tells it apart from the objects' types (operation.Field.DataKey).
type Rename struct {
	// Path are response keys, as the document has them, from the data (or the entity) to the objects that hold the value;
	// lists are entered. The executor renames the deepest first.
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
	Directives ast.DirectiveList // the client's, but for @skip and @include
	Conditions []operation.Condition
	Selections []Selection
}

// Key is the response key of a field.
func (s Selection) Key() string {
	if s.Alias != "" {
		return s.Alias
	}
	return s.Name
}
