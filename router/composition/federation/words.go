package federation

// The specification's directives, without @.
const (
	Authenticated    = "authenticated"
	CacheTag         = "cacheTag"
	ComposeDirective = "composeDirective"
	Context          = "context"
	Cost             = "cost"
	Extends          = "extends"
	External         = "external"
	FromContext      = "fromContext"
	Inaccessible     = "inaccessible"
	InterfaceObject  = "interfaceObject"
	Key              = "key"
	ListSize         = "listSize"
	Override         = "override"
	Policy           = "policy"
	Provides         = "provides"
	Requires         = "requires"
	RequiresScopes   = "requiresScopes"
	Shareable        = "shareable"
	Tag              = "tag"
)

// word is a directive of the federation specification.
type word struct {
	name string
	// since is the minor version of Federation 2 that introduced it; legacy is true if Federation
	// 1 had it.
	since  int
	legacy bool
}

func (w word) in(v Version) bool { return v.AtLeast(2, w.since) }

func words() []word {
	return []word{
		{name: Key, legacy: true},
		{name: Requires, legacy: true},
		{name: Provides, legacy: true},
		{name: External, legacy: true},
		{name: Extends, legacy: true},
		{name: Tag, legacy: true},
		{name: Inaccessible},
		{name: Shareable},
		{name: Override},
		{name: ComposeDirective, since: 1},
		{name: InterfaceObject, since: 3},
		{name: Authenticated, since: 5},
		{name: RequiresScopes, since: 5},
		{name: Policy, since: 6},
		{name: Context, since: 8},
		{name: FromContext, since: 8},
		{name: Cost, since: 9},
		{name: ListSize, since: 9},
		{name: CacheTag, since: 12},
	}
}

// typeWords are the specification's types.
func typeWords() []string { return []string{"FieldSet", "Scope", "Policy", "ContextFieldValue"} }

// definitions defines the directives in their latest form. An argument that an older version lacks
// does no harm.
const definitions = `
directive @link(
  url: String, as: String, for: federation__Purpose, import: [federation__Import]
) repeatable on SCHEMA
directive @key(
  fields: federation__FieldSet!, resolvable: Boolean = true
) repeatable on OBJECT | INTERFACE
directive @requires(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @provides(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @extends on OBJECT | INTERFACE
directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION |
  ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION |
  ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @composeDirective(name: String) repeatable on SCHEMA
directive @interfaceObject on OBJECT
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(
  scopes: [[federation__Scope!]!]!
) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @policy(
  policies: [[federation__Policy!]!]!
) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @fromContext(field: federation__ContextFieldValue) on ARGUMENT_DEFINITION
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION |
  INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(
  assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
  requireOneSlicingArgument: Boolean = true
) on FIELD_DEFINITION
directive @cacheTag(format: String!) repeatable on OBJECT | FIELD_DEFINITION
`

// Since returns the version of federation that introduced a directive.
func Since(directive string) (Version, bool) {
	for _, w := range words() {
		if w.name == directive {
			return Version{Major: 2, Minor: w.since}, true
		}
	}
	return Version{}, false
}

// IsBuiltIn reports whether GraphQL itself defines a directive with that name.
func IsBuiltIn(directive string) bool {
	switch directive {
	case "skip", "include", "deprecated", "specifiedBy", "oneOf":
		return true
	}
	return false
}

// IsAccess reports whether a directive restricts access.
func IsAccess(directive string) bool {
	return directive == Authenticated || directive == RequiresScopes || directive == Policy
}
