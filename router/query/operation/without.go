package operation

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// CodeUnauthorized is the code of the error for a field or an object that is hidden.
const CodeUnauthorized = "UNAUTHORIZED_FIELD_OR_TYPE"

// The reasons why something is hidden, as the error's extension `reason` states them. They are the
// codes with which a subgraph would refuse by itself.
const (
	ReasonUnauthenticated = "UNAUTHENTICATED" // it is only for clients that have proved who they are
	ReasonForbidden       = "FORBIDDEN"       // the client lacks a permission
)

// Hidden says what one client may not see. It must always give the same answers, because plans and
// shapes are made from them.
type Hidden interface {
	// Field reports whether a field of an object type is hidden. It is null in the response.
	Field(object, field string) bool
	// Type reports whether all objects of an object type are hidden. They are null where a value
	// can have one of several types.
	Type(object string) bool
	// Reason returns the reason why a field of an object type is hidden or, without a field, why
	// the type is.
	Reason(object, field string) string
}

// Without returns the operation without everything that is hidden. An object of which nothing is
// left is selected with its __typename, because the response shows whether it is there. So is an
// object whose type decides what is hidden.
//
// Introspection stays, and so do variables that nothing uses any more.
func (o *Operation) Without(hidden Hidden) *Operation {
	r := remover{schema: o.schema, hidden: hidden, possible: map[string][]string{}}
	kept := *o
	kept.Fields, _ = r.fields(o.schema.Types[o.RootType], o.Fields)
	return &kept
}

// remover removes what is hidden from selection sets.
type remover struct {
	schema   *ast.Schema
	hidden   Hidden
	possible map[string][]string // the object types of each composite type
}

// fields returns a selection set on the type without what is hidden. It reports whether the
// response depends on the types of objects more than the rest of the selection set does.
func (r *remover) fields(on *ast.Definition, fields []*Field) (kept []*Field, needsType bool) {
	needsType = on.IsAbstractType() && slices.ContainsFunc(r.objects(on), r.hidden.Type)
	for _, f := range fields {
		if IsMeta(f.Name) {
			kept = append(kept, f)
		} else if rest := r.field(on, f); rest != nil {
			kept = append(kept, rest)
		} else if f.Types != nil || r.mayBeNonNull(on, f.Name) {
			// It is null on objects of these types, and missing on others; or it makes objects of
			// some types null.
			needsType = true
		}
	}
	return kept, needsType
}

// mayBeNonNull reports whether a field of an abstract type is nullable there, and not in some of
// its object types.
func (r *remover) mayBeNonNull(on *ast.Definition, field string) bool {
	if !on.IsAbstractType() {
		return false
	}
	return slices.ContainsFunc(r.objects(on), func(object string) bool {
		definition := r.schema.Types[object].Fields.ForName(field)
		return definition != nil && definition.Type.NonNull
	})
}

// field returns the field for the object types for which it is not hidden, or nil if there are
// none.
func (r *remover) field(on *ast.Definition, f *Field) *Field {
	types := r.objects(on)
	if f.Types != nil {
		types = f.Types.Names
	}
	var shown []string
	for _, t := range types {
		isHidden := r.hidden.Field(t, f.Name) || on.IsAbstractType() && r.hidden.Type(t)
		if !isHidden {
			shown = append(shown, t)
		}
	}
	if len(shown) == 0 {
		return nil
	}
	kept := *f
	if len(shown) < len(types) {
		kept.Types = &TypeSet{Names: shown}
		kept.ofOnly(r.schema, kept.Types)
	}
	if kept.Type.IsCompositeType() {
		var needsType bool
		kept.Fields, needsType = r.fields(kept.Type, f.Fields)
		if len(kept.Fields) == 0 || needsType {
			kept.Fields = withTypename(kept.Type, kept.Fields)
		}
	}
	return &kept
}

func (r *remover) objects(on *ast.Definition) []string {
	if known, ok := r.possible[on.Name]; ok {
		return known
	}
	var names []string
	for _, t := range r.schema.GetPossibleTypes(on) {
		if t.Kind == ast.Object {
			names = append(names, t.Name)
		}
	}
	slices.Sort(names)
	r.possible[on.Name] = slices.Compact(names)
	return r.possible[on.Name]
}

// withTypename adds __typename to a selection set, unless the client selected it in all cases.
func withTypename(on *ast.Definition, fields []*Field) []*Field {
	always := func(f *Field) bool {
		return f.Name == "__typename" && f.Key == f.Name && f.Types == nil && len(f.Conditions) == 0
	}
	if slices.ContainsFunc(fields, always) {
		return fields
	}
	return append(fields, &Field{
		Key: "__typename", Name: "__typename", Parent: on,
		Definition: &ast.FieldDefinition{
			Name: "__typename", Type: ast.NonNullNamedType("String", nil),
		},
	})
}

// IsMeta reports whether a field is one of those that every schema has: __typename, __schema and
// __type.
func IsMeta(field string) bool { return strings.HasPrefix(field, "__") }
