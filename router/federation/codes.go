package federation

import "strings"

// Code says what kind of mistake an Error is. Codes are stable: programs may rely on them.
type Code string

// The codes, as the reference composition names them. Describe tells what each means.
const (
	// Parsing and definitions.
	InvalidGraphQL             Code = "INVALID_GRAPHQL"
	DirectiveDefinitionInvalid Code = "DIRECTIVE_DEFINITION_INVALID"
	TypeDefinitionInvalid      Code = "TYPE_DEFINITION_INVALID"
	InvalidSubgraphName        Code = "INVALID_SUBGRAPH_NAME"
	NoQueries                  Code = "NO_QUERIES"
	RootQueryUsed              Code = "ROOT_QUERY_USED"
	RootMutationUsed           Code = "ROOT_MUTATION_USED"
	RootSubscriptionUsed       Code = "ROOT_SUBSCRIPTION_USED"

	// @link.
	UnsupportedLinkedFeature     Code = "UNSUPPORTED_LINKED_FEATURE"
	UnknownFederationLinkVersion Code = "UNKNOWN_FEDERATION_LINK_VERSION"
	UnknownLinkVersion           Code = "UNKNOWN_LINK_VERSION"
	InvalidLinkDirectiveUsage    Code = "INVALID_LINK_DIRECTIVE_USAGE"
	InvalidLinkIdentifier        Code = "INVALID_LINK_IDENTIFIER"
	LinkImportNameMismatch       Code = "LINK_IMPORT_NAME_MISMATCH"
	UnsupportedFeature           Code = "UNSUPPORTED_FEATURE"
	InvalidFederationSupergraph  Code = "INVALID_FEDERATION_SUPERGRAPH"

	// @key, @requires, @provides.
	KeyFieldsHasArgs               Code = "KEY_FIELDS_HAS_ARGS"
	ProvidesFieldsHasArgs          Code = "PROVIDES_FIELDS_HAS_ARGS"
	ProvidesFieldsMissingExternal  Code = "PROVIDES_FIELDS_MISSING_EXTERNAL"
	RequiresFieldsMissingExternal  Code = "REQUIRES_FIELDS_MISSING_EXTERNAL"
	KeyUnsupportedOnInterface      Code = "KEY_UNSUPPORTED_ON_INTERFACE"
	ProvidesUnsupportedOnInterface Code = "PROVIDES_UNSUPPORTED_ON_INTERFACE"
	RequiresUnsupportedOnInterface Code = "REQUIRES_UNSUPPORTED_ON_INTERFACE"
	KeyDirectiveInFieldsArg        Code = "KEY_DIRECTIVE_IN_FIELDS_ARG"
	ProvidesDirectiveInFieldsArg   Code = "PROVIDES_DIRECTIVE_IN_FIELDS_ARG"
	RequiresDirectiveInFieldsArg   Code = "REQUIRES_DIRECTIVE_IN_FIELDS_ARG"
	ProvidesOnNonObjectField       Code = "PROVIDES_ON_NON_OBJECT_FIELD"
	KeyInvalidFieldsType           Code = "KEY_INVALID_FIELDS_TYPE"
	ProvidesInvalidFieldsType      Code = "PROVIDES_INVALID_FIELDS_TYPE"
	RequiresInvalidFieldsType      Code = "REQUIRES_INVALID_FIELDS_TYPE"
	KeyInvalidFields               Code = "KEY_INVALID_FIELDS"
	ProvidesInvalidFields          Code = "PROVIDES_INVALID_FIELDS"
	RequiresInvalidFields          Code = "REQUIRES_INVALID_FIELDS"
	KeyFieldsSelectInvalidType     Code = "KEY_FIELDS_SELECT_INVALID_TYPE"

	// @external.
	ExternalUnused                        Code = "EXTERNAL_UNUSED"
	ExternalCollisionWithAnotherDirective Code = "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE"
	TypeWithOnlyUnusedExternal            Code = "TYPE_WITH_ONLY_UNUSED_EXTERNAL"
	ExternalTypeMismatch                  Code = "EXTERNAL_TYPE_MISMATCH"
	ExternalArgumentMissing               Code = "EXTERNAL_ARGUMENT_MISSING"
	ExternalArgumentTypeMismatch          Code = "EXTERNAL_ARGUMENT_TYPE_MISMATCH"
	ExternalArgumentDefaultMismatch       Code = "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"
	ExternalOnInterface                   Code = "EXTERNAL_ON_INTERFACE"
	ExternalMissingOnBase                 Code = "EXTERNAL_MISSING_ON_BASE"
	MergedDirectiveApplicationOnExternal  Code = "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL"

	// Merging.
	TypeKindMismatch                        Code = "TYPE_KIND_MISMATCH"
	FieldTypeMismatch                       Code = "FIELD_TYPE_MISMATCH"
	FieldArgumentTypeMismatch               Code = "FIELD_ARGUMENT_TYPE_MISMATCH"
	InputFieldDefaultMismatch               Code = "INPUT_FIELD_DEFAULT_MISMATCH"
	FieldArgumentDefaultMismatch            Code = "FIELD_ARGUMENT_DEFAULT_MISMATCH"
	ExtensionWithNoBase                     Code = "EXTENSION_WITH_NO_BASE"
	InterfaceFieldNoImplem                  Code = "INTERFACE_FIELD_NO_IMPLEM"
	RequiredArgumentMissingInSomeSubgraph   Code = "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"
	RequiredInputFieldMissingInSomeSubgraph Code = "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"
	EmptyMergedInputType                    Code = "EMPTY_MERGED_INPUT_TYPE"
	EnumValueMismatch                       Code = "ENUM_VALUE_MISMATCH"
	EmptyMergedEnumType                     Code = "EMPTY_MERGED_ENUM_TYPE"
	DirectiveCompositionError               Code = "DIRECTIVE_COMPOSITION_ERROR"

	// Sharing.
	InvalidFieldSharing                Code = "INVALID_FIELD_SHARING"
	InvalidShareableUsage              Code = "INVALID_SHAREABLE_USAGE"
	ShareableHasMismatchedRuntimeTypes Code = "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES"
	SatisfiabilityError                Code = "SATISFIABILITY_ERROR"
	MaxValidationSubgraphPathsExceeded Code = "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"

	// @inaccessible.
	ReferencedInaccessible       Code = "REFERENCED_INACCESSIBLE"
	DefaultValueUsesInaccessible Code = "DEFAULT_VALUE_USES_INACCESSIBLE"
	QueryRootTypeInaccessible    Code = "QUERY_ROOT_TYPE_INACCESSIBLE"
	RequiredInaccessible         Code = "REQUIRED_INACCESSIBLE"
	DisallowedInaccessible       Code = "DISALLOWED_INACCESSIBLE"
	ImplementedByInaccessible    Code = "IMPLEMENTED_BY_INACCESSIBLE"
	OnlyInaccessibleChildren     Code = "ONLY_INACCESSIBLE_CHILDREN"

	// @override.
	OverrideCollisionWithAnotherDirective Code = "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE"
	OverrideFromSelfError                 Code = "OVERRIDE_FROM_SELF_ERROR"
	OverrideSourceHasOverride             Code = "OVERRIDE_SOURCE_HAS_OVERRIDE"
	OverrideOnInterface                   Code = "OVERRIDE_ON_INTERFACE"
	OverrideLabelInvalid                  Code = "OVERRIDE_LABEL_INVALID"

	// Interfaces.
	InterfaceObjectUsageError             Code = "INTERFACE_OBJECT_USAGE_ERROR"
	InterfaceKeyNotOnImplementation       Code = "INTERFACE_KEY_NOT_ON_IMPLEMENTATION"
	InterfaceKeyMissingImplementationType Code = "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE"

	// @context.
	ContextNotSet                                 Code = "CONTEXT_NOT_SET"
	ContextInvalidSelection                       Code = "CONTEXT_INVALID_SELECTION"
	NoContextInSelection                          Code = "NO_CONTEXT_IN_SELECTION"
	ContextNoResolvableKey                        Code = "CONTEXT_NO_RESOLVABLE_KEY"
	ContextNameInvalid                            Code = "CONTEXT_NAME_INVALID"
	ContextualArgumentNotContextualInAllSubgraphs Code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"

	// Cost.
	CostAppliedToInterfaceField    Code = "COST_APPLIED_TO_INTERFACE_FIELD"
	ListSizeAppliedToNonList       Code = "LIST_SIZE_APPLIED_TO_NON_LIST"
	ListSizeInvalidAssumedSize     Code = "LIST_SIZE_INVALID_ASSUMED_SIZE"
	ListSizeInvalidSizedField      Code = "LIST_SIZE_INVALID_SIZED_FIELD"
	ListSizeInvalidSlicingArgument Code = "LIST_SIZE_INVALID_SLICING_ARGUMENT"

	// Access.
	AuthRequirementsAppliedOnInterface Code = "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"
	MissingTransitiveAuthRequirements  Code = "MISSING_TRANSITIVE_AUTH_REQUIREMENTS"

	// Running.
	DownstreamServiceError Code = "DOWNSTREAM_SERVICE_ERROR"
)

// Catalogue documents all codes, a line each, under headings that begin with #.
const Catalogue = `# Parsing and definitions
INVALID_GRAPHQL  The SDL is not valid GraphQL: a syntax error, or a rule of the GraphQL specification broken.
DIRECTIVE_DEFINITION_INVALID  A directive of the federation specification is defined otherwise than the specification does.
TYPE_DEFINITION_INVALID  A type of the federation specification is defined otherwise than the specification does.
INVALID_SUBGRAPH_NAME  A subgraph's name is empty, not a name, or taken by another subgraph.
NO_QUERIES  No subgraph has a query field: there is nothing to ask.
ROOT_QUERY_USED  A type named Query is not the query root, which has another name.
ROOT_MUTATION_USED  A type named Mutation is not the mutation root, which has another name.
ROOT_SUBSCRIPTION_USED  A type named Subscription is not the subscription root, which has another name.
# @link
UNSUPPORTED_LINKED_FEATURE  A linked specification is required for execution or security and is not supported.
UNKNOWN_FEDERATION_LINK_VERSION  @link names a version of the federation specification that is not known.
UNKNOWN_LINK_VERSION  @link names a version of the link specification that is not known.
INVALID_LINK_DIRECTIVE_USAGE  A @link is malformed, or imports what the specification does not have.
INVALID_LINK_IDENTIFIER  The URL or the name of a @link is not a valid one.
LINK_IMPORT_NAME_MISMATCH  Subgraphs import the same composed directive under different names.
UNSUPPORTED_FEATURE  The SDL uses a feature that is not supported.
INVALID_FEDERATION_SUPERGRAPH  A supergraph SDL does not follow the join specification.
# @key, @requires, @provides
KEY_FIELDS_HAS_ARGS  A field of a @key takes arguments.
PROVIDES_FIELDS_HAS_ARGS  A field of a @provides takes arguments.
PROVIDES_FIELDS_MISSING_EXTERNAL  A @provides names a field that is not @external.
REQUIRES_FIELDS_MISSING_EXTERNAL  A @requires names a field that is not @external.
KEY_UNSUPPORTED_ON_INTERFACE  A @key on an interface, in a version of the specification that does not allow it.
PROVIDES_UNSUPPORTED_ON_INTERFACE  A @provides on a field of an interface.
REQUIRES_UNSUPPORTED_ON_INTERFACE  A @requires on a field of an interface.
KEY_DIRECTIVE_IN_FIELDS_ARG  The fields of a @key have a directive in them.
PROVIDES_DIRECTIVE_IN_FIELDS_ARG  The fields of a @provides have a directive in them.
REQUIRES_DIRECTIVE_IN_FIELDS_ARG  The fields of a @requires have a directive in them.
PROVIDES_ON_NON_OBJECT_FIELD  A @provides on a field whose type has no fields.
KEY_INVALID_FIELDS_TYPE  The fields of a @key are not a string.
PROVIDES_INVALID_FIELDS_TYPE  The fields of a @provides are not a string.
REQUIRES_INVALID_FIELDS_TYPE  The fields of a @requires are not a string.
KEY_INVALID_FIELDS  The fields of a @key do not parse, or do not fit the type.
PROVIDES_INVALID_FIELDS  The fields of a @provides do not parse, or do not fit the type.
REQUIRES_INVALID_FIELDS  The fields of a @requires do not parse, or do not fit the type.
KEY_FIELDS_SELECT_INVALID_TYPE  A field of a @key is an interface or a union.
# @external
EXTERNAL_UNUSED  An @external field that no @key, @requires or @provides reads, and no interface needs.
EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE  An @external field has a directive that only a resolved field can have.
TYPE_WITH_ONLY_UNUSED_EXTERNAL  A type of a Federation 1 subgraph has only @external fields that nothing reads.
EXTERNAL_TYPE_MISMATCH  An @external field has another type than where it is resolved.
EXTERNAL_ARGUMENT_MISSING  An @external field lacks an argument that it has where it is resolved.
EXTERNAL_ARGUMENT_TYPE_MISMATCH  An argument of an @external field has another type than where the field is resolved.
EXTERNAL_ARGUMENT_DEFAULT_MISMATCH  An argument of an @external field has another default than where the field is resolved.
EXTERNAL_ON_INTERFACE  A field of an interface is @external.
EXTERNAL_MISSING_ON_BASE  An @external field is resolved by no subgraph.
MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL  An @external field has a directive that goes into the supergraph.
# Merging
TYPE_KIND_MISMATCH  A type is of one kind in a subgraph and of another in another.
FIELD_TYPE_MISMATCH  A field has types in different subgraphs that have no common one.
FIELD_ARGUMENT_TYPE_MISMATCH  An argument has types in different subgraphs that have no common one.
INPUT_FIELD_DEFAULT_MISMATCH  A field of an input type has different defaults in different subgraphs.
FIELD_ARGUMENT_DEFAULT_MISMATCH  An argument has different defaults in different subgraphs.
EXTENSION_WITH_NO_BASE  A type is only extended: no subgraph defines it.
INTERFACE_FIELD_NO_IMPLEM  A type lacks a field of an interface that it implements in the supergraph.
REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH  An argument that one subgraph requires is missing in another.
REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH  A field of an input type that one subgraph requires is missing in another.
EMPTY_MERGED_INPUT_TYPE  An input type has no field that all its subgraphs have.
ENUM_VALUE_MISMATCH  An enum used for input and for output has different values in different subgraphs.
EMPTY_MERGED_ENUM_TYPE  An enum used for input has no value that all its subgraphs have.
DIRECTIVE_COMPOSITION_ERROR  A @composeDirective names a directive that cannot be composed.
# Sharing
INVALID_FIELD_SHARING  Several subgraphs resolve a field, and not all of them say @shareable.
INVALID_SHAREABLE_USAGE  @shareable stands where it has no meaning.
SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES  A shared field has no run-time type in common between its subgraphs.
SATISFIABILITY_ERROR  A query of the API schema cannot be answered by any set of subgraphs.
MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED  Checking satisfiability took too many paths.
# @inaccessible
REFERENCED_INACCESSIBLE  What is accessible refers to a type that is @inaccessible.
DEFAULT_VALUE_USES_INACCESSIBLE  The default of what is accessible uses what is @inaccessible.
QUERY_ROOT_TYPE_INACCESSIBLE  The query root is @inaccessible.
REQUIRED_INACCESSIBLE  An argument or input field that must be given is @inaccessible.
DISALLOWED_INACCESSIBLE  @inaccessible stands on what cannot be hidden.
IMPLEMENTED_BY_INACCESSIBLE  An @inaccessible field or argument implements one that is accessible.
ONLY_INACCESSIBLE_CHILDREN  An accessible type has only @inaccessible members.
# @override
OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE  @override together with a directive that it excludes.
OVERRIDE_FROM_SELF_ERROR  A field with @override(from:) its own subgraph.
OVERRIDE_SOURCE_HAS_OVERRIDE  The field that is overridden has an @override of its own.
OVERRIDE_ON_INTERFACE  @override on a field of an interface.
OVERRIDE_LABEL_INVALID  The label of an @override is not a valid one.
# Interfaces
INTERFACE_OBJECT_USAGE_ERROR  @interfaceObject on a type that is not an interface elsewhere, or has no key.
INTERFACE_KEY_NOT_ON_IMPLEMENTATION  A key of an interface is not a key of an implementation.
INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE  A subgraph has a @key on an interface, but not all of its implementations.
# @context
CONTEXT_NOT_SET  @fromContext names a context that no type sets.
CONTEXT_INVALID_SELECTION  The selection of a @fromContext is not valid.
NO_CONTEXT_IN_SELECTION  A @fromContext names no context.
CONTEXT_NO_RESOLVABLE_KEY  A type with a contextual argument has no resolvable key.
CONTEXT_NAME_INVALID  The name of a context is not a name.
CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS  An argument is contextual in one subgraph and required in another.
# Cost
COST_APPLIED_TO_INTERFACE_FIELD  @cost on a field of an interface.
LIST_SIZE_APPLIED_TO_NON_LIST  @listSize on a field that is no list.
LIST_SIZE_INVALID_ASSUMED_SIZE  @listSize(assumedSize:) is negative.
LIST_SIZE_INVALID_SIZED_FIELD  @listSize(sizedFields:) names what is no list field.
LIST_SIZE_INVALID_SLICING_ARGUMENT  @listSize(slicingArguments:) names what is no integer argument.
# Access
AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE  @authenticated, @requiresScopes or @policy on an interface.
MISSING_TRANSITIVE_AUTH_REQUIREMENTS  A @requires or @fromContext reads what needs more rights than the field itself.
# Running
DOWNSTREAM_SERVICE_ERROR  A subgraph could not be asked for its SDL.
`

// Describe returns what a code means; empty if it is not in the catalogue.
func Describe(code Code) string {
	for line := range strings.Lines(Catalogue) {
		if name, text, _ := strings.Cut(line, "  "); name == string(code) {
			return strings.TrimSpace(text)
		}
	}
	return ""
}
