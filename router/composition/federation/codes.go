package federation

// Code is the kind of an Error, under the name that the reference composition uses. Codes are
// stable: programs may rely on them. The comments of the codes in codes.go, and of the hints in
// hints.go, are the catalogue that CODES.md shows.
type Code string

// Parsing and definitions.
const (
	// The SDL is not valid GraphQL: a syntax error, or a rule of the GraphQL specification broken.
	// Change: correct the SDL there.
	InvalidGraphQL Code = "INVALID_GRAPHQL"
	// A directive of the federation specification is defined in another way than the specification
	// does.
	// Change: define it as the specification does, or leave the definition out.
	DirectiveDefinitionInvalid Code = "DIRECTIVE_DEFINITION_INVALID"
	// A type of the federation specification is defined in another way than the specification
	// does.
	// Change: define it as the specification does, or leave the definition out.
	TypeDefinitionInvalid Code = "TYPE_DEFINITION_INVALID"
	// A subgraph's name is empty, invalid, or taken by another subgraph.
	// Change: use a name of letters, digits and signs, without quotes, backslashes and line
	// breaks, for each subgraph.
	InvalidSubgraphName Code = "INVALID_SUBGRAPH_NAME"
	// No subgraph has a query field, so there is nothing to query.
	// Change: add a field to type Query in some subgraph.
	NoQueries Code = "NO_QUERIES"
	// The subgraphs are small, but their supergraph would be too large to serve.
	// Change: add fewer fields to interfaces by @interfaceObject, or have fewer implementations.
	SupergraphTooLarge Code = "SUPERGRAPH_TOO_LARGE"
	// There are more errors than the list shows.
	// Change: correct the listed errors and compose again.
	TooManyErrors Code = "TOO_MANY_ERRORS"
	// A type named Query is not the query root, which has another name.
	// Change: rename the type, or make it the root in the schema definition.
	RootQueryUsed Code = "ROOT_QUERY_USED"
	// A type named Mutation is not the mutation root, which has another name.
	// Change: rename the type, or make it the root in the schema definition.
	RootMutationUsed Code = "ROOT_MUTATION_USED"
	// A type named Subscription is not the subscription root, which has another name.
	// Change: rename the type, or make it the root in the schema definition.
	RootSubscriptionUsed Code = "ROOT_SUBSCRIPTION_USED"
)

// @link.
const (
	// A linked specification is required for execution or security and is not supported.
	// Change: remove its @link and everything that uses it.
	UnsupportedLinkedFeature Code = "UNSUPPORTED_LINKED_FEATURE"
	// @link names an unknown version of the federation specification.
	// Change: link a version from v2.0 to v2.15.
	UnknownFederationLinkVersion Code = "UNKNOWN_FEDERATION_LINK_VERSION"
	// @link names an unknown version of the link specification.
	// Change: link https://specs.apollo.dev/link/v1.0.
	UnknownLinkVersion Code = "UNKNOWN_LINK_VERSION"
	// A @link is malformed, imports a name that the specification does not have, or gives a name
	// that is invalid or taken.
	// Change: import only names that this version has, each once, and use as to give
	// specifications different names.
	InvalidLinkDirectiveUsage Code = "INVALID_LINK_DIRECTIVE_USAGE"
	// The URL of a @link does not name a specification and its version.
	// Change: write it like https://specs.apollo.dev/federation/v2.3.
	InvalidLinkIdentifier Code = "INVALID_LINK_IDENTIFIER"
	// Subgraphs import the same composed directive under different names.
	// Change: import the directive under one name everywhere.
	LinkImportNameMismatch Code = "LINK_IMPORT_NAME_MISMATCH"
	// The SDL uses a feature that is not supported.
	// Change: remove it.
	UnsupportedFeature Code = "UNSUPPORTED_FEATURE"
	// A supergraph SDL does not follow the join specification.
	// Change: compose the supergraph again instead of editing it.
	InvalidFederationSupergraph Code = "INVALID_FEDERATION_SUPERGRAPH"
)

// @key, @requires, @provides.
const (
	// A field of a @key takes arguments.
	// Change: leave the field out of the key, or remove its arguments.
	KeyFieldsHasArgs Code = "KEY_FIELDS_HAS_ARGS"
	// A field of a @provides takes arguments.
	// Change: leave the field out, or remove its arguments.
	ProvidesFieldsHasArgs Code = "PROVIDES_FIELDS_HAS_ARGS"
	// A @provides names a field that is not @external.
	// Change: mark the field @external, or leave it out.
	ProvidesFieldsMissingExternal Code = "PROVIDES_FIELDS_MISSING_EXTERNAL"
	// A @requires names a field that is not @external.
	// Change: mark the field @external, or leave it out.
	RequiresFieldsMissingExternal Code = "REQUIRES_FIELDS_MISSING_EXTERNAL"
	// A @key on an interface, in a version of the specification that does not allow it.
	// Change: link federation v2.3 or later, or put the @key on the implementations.
	KeyUnsupportedOnInterface Code = "KEY_UNSUPPORTED_ON_INTERFACE"
	// A @provides on a field of an interface.
	// Change: put the @provides on the fields of the implementations.
	ProvidesUnsupportedOnInterface Code = "PROVIDES_UNSUPPORTED_ON_INTERFACE"
	// A @requires on a field of an interface.
	// Change: put the @requires on the fields of the implementations.
	RequiresUnsupportedOnInterface Code = "REQUIRES_UNSUPPORTED_ON_INTERFACE"
	// The fields of a @key contain a directive.
	// Change: remove the directive from the fields.
	KeyDirectiveInFieldsArg Code = "KEY_DIRECTIVE_IN_FIELDS_ARG"
	// The fields of a @provides contain a directive.
	// Change: remove the directive from the fields.
	ProvidesDirectiveInFieldsArg Code = "PROVIDES_DIRECTIVE_IN_FIELDS_ARG"
	// The fields of a @requires contain a directive.
	// Change: remove the directive from the fields.
	RequiresDirectiveInFieldsArg Code = "REQUIRES_DIRECTIVE_IN_FIELDS_ARG"
	// A @provides on a field whose type has no fields.
	// Change: remove the @provides.
	ProvidesOnNonObjectField Code = "PROVIDES_ON_NON_OBJECT_FIELD"
	// The fields of a @key are not a string.
	// Change: write the fields as a string, like "id owner { id }".
	KeyInvalidFieldsType Code = "KEY_INVALID_FIELDS_TYPE"
	// The fields of a @provides are not a string.
	// Change: write the fields as a string, like "id owner { id }".
	ProvidesInvalidFieldsType Code = "PROVIDES_INVALID_FIELDS_TYPE"
	// The fields of a @requires are not a string.
	// Change: write the fields as a string, like "id owner { id }".
	RequiresInvalidFieldsType Code = "REQUIRES_INVALID_FIELDS_TYPE"
	// The fields of a @key do not parse, or do not fit the type.
	// Change: name fields that the type has in this subgraph.
	KeyInvalidFields Code = "KEY_INVALID_FIELDS"
	// The fields of a @provides do not parse, or do not fit the type.
	// Change: name fields that the field's type has in this subgraph.
	ProvidesInvalidFields Code = "PROVIDES_INVALID_FIELDS"
	// The fields of a @requires do not parse, or do not fit the type.
	// Change: name fields that the type has in this subgraph, @external ones.
	RequiresInvalidFields Code = "REQUIRES_INVALID_FIELDS"
	// A field of a @key is an interface or a union.
	// Change: make the key of scalars, enums and objects.
	KeyFieldsSelectInvalidType Code = "KEY_FIELDS_SELECT_INVALID_TYPE"
)

// @external.
const (
	// An @external field that no @key, @requires or @provides reads, and no interface needs.
	// Change: remove the field, or @external if the subgraph resolves it.
	ExternalUnused Code = "EXTERNAL_UNUSED"
	// An @external field has a directive that only a resolved field can have.
	// Change: remove one of the two directives.
	ExternalCollisionWithAnotherDirective Code = "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE"
	// A type of a Federation 1 subgraph has only @external fields that nothing reads.
	// Change: remove the type and what refers to it.
	TypeWithOnlyUnusedExternal Code = "TYPE_WITH_ONLY_UNUSED_EXTERNAL"
	// The type of an @external field differs from the type where it is resolved.
	// Change: write the type that it has where it is resolved.
	ExternalTypeMismatch Code = "EXTERNAL_TYPE_MISMATCH"
	// An @external field lacks an argument that it has where it is resolved.
	// Change: add the argument.
	ExternalArgumentMissing Code = "EXTERNAL_ARGUMENT_MISSING"
	// The type of an argument of an @external field differs from the type where the field is
	// resolved.
	// Change: write the type that it has where the field is resolved.
	ExternalArgumentTypeMismatch Code = "EXTERNAL_ARGUMENT_TYPE_MISMATCH"
	// The default of an argument of an @external field differs from the default where the field is
	// resolved.
	// Change: write the default that it has where the field is resolved.
	ExternalArgumentDefaultMismatch Code = "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH"
	// A field of an interface is @external.
	// Change: put @external on the fields of the implementations.
	ExternalOnInterface Code = "EXTERNAL_ON_INTERFACE"
	// No subgraph resolves an @external field.
	// Change: remove @external in the subgraph that resolves the field.
	ExternalMissingOnBase Code = "EXTERNAL_MISSING_ON_BASE"
	// An @external field has a directive that goes into the supergraph.
	// Change: put the directive on the field where it is resolved.
	MergedDirectiveApplicationOnExternal Code = "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL"
)

// Merging.
const (
	// A type has different kinds in different subgraphs.
	// Change: give the type one kind everywhere, or rename one.
	TypeKindMismatch Code = "TYPE_KIND_MISMATCH"
	// The types of a field in different subgraphs are not compatible.
	// Change: give the field types of which one includes the others.
	FieldTypeMismatch Code = "FIELD_TYPE_MISMATCH"
	// The types of an argument in different subgraphs are not compatible.
	// Change: give the argument types of which one suits all.
	FieldArgumentTypeMismatch Code = "FIELD_ARGUMENT_TYPE_MISMATCH"
	// A field of an input type has different defaults in different subgraphs.
	// Change: give the field the same default everywhere.
	InputFieldDefaultMismatch Code = "INPUT_FIELD_DEFAULT_MISMATCH"
	// An argument has different defaults in different subgraphs.
	// Change: give the argument the same default everywhere.
	FieldArgumentDefaultMismatch Code = "FIELD_ARGUMENT_DEFAULT_MISMATCH"
	// A type is extended, but no subgraph defines it.
	// Change: write the type without extend in one subgraph.
	ExtensionWithNoBase Code = "EXTENSION_WITH_NO_BASE"
	// A type lacks a field of an interface that it implements in the supergraph.
	// Change: add the field to the type in some subgraph.
	InterfaceFieldNoImplem Code = "INTERFACE_FIELD_NO_IMPLEM"
	// An argument that is required in one subgraph is missing in another.
	// Change: make the argument optional, or add it everywhere.
	RequiredArgumentMissingInSomeSubgraph Code = "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"
	// A field of an input type that is required in one subgraph is missing in another.
	// Change: make the field optional, or add it everywhere.
	RequiredInputFieldMissingInSomeSubgraph Code = "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"
	// An input type has no field that all its subgraphs have.
	// Change: add a field to all of its subgraphs.
	EmptyMergedInputType Code = "EMPTY_MERGED_INPUT_TYPE"
	// An enum used for input and for output has different values in different subgraphs.
	// Change: add the value everywhere, or mark it @inaccessible.
	EnumValueMismatch Code = "ENUM_VALUE_MISMATCH"
	// An enum used for input has no value that all its subgraphs have.
	// Change: add a value to all of its subgraphs.
	EmptyMergedEnumType Code = "EMPTY_MERGED_ENUM_TYPE"
	// A @composeDirective names a directive that cannot be composed.
	// Change: define the directive, link its specification, and name it with its @.
	DirectiveCompositionError Code = "DIRECTIVE_COMPOSITION_ERROR"
)

// Sharing.
const (
	// Several subgraphs resolve a field, and not all of them mark it @shareable.
	// Change: mark the field @shareable everywhere, or remove it from all but one subgraph.
	InvalidFieldSharing Code = "INVALID_FIELD_SHARING"
	// @shareable is applied where it has no meaning.
	// Change: remove the @shareable, and mark the fields of objects.
	InvalidShareableUsage Code = "INVALID_SHAREABLE_USAGE"
	// The subgraphs of a shared field have no run-time type of its values in common.
	// Change: let the subgraphs have a type in common, or give the fields different names.
	ShareableHasMismatchedRuntimeTypes Code = "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES"
	// No set of subgraphs can answer a query of the API schema.
	// Change: add the keys by which the field's subgraph can be reached, or resolve the field in
	// the subgraph of the query.
	SatisfiabilityError Code = "SATISFIABILITY_ERROR"
	// Checking satisfiability took too many paths.
	// Change: share fewer types without keys.
	MaxValidationSubgraphPathsExceeded Code = "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"
)

// @inaccessible.
const (
	// An accessible element refers to a type that is @inaccessible.
	// Change: mark the element @inaccessible, too, or make the type accessible.
	ReferencedInaccessible Code = "REFERENCED_INACCESSIBLE"
	// The default of an accessible element uses a value that is @inaccessible.
	// Change: use another default, or mark the element @inaccessible.
	DefaultValueUsesInaccessible Code = "DEFAULT_VALUE_USES_INACCESSIBLE"
	// The query root is @inaccessible.
	// Change: remove the @inaccessible.
	QueryRootTypeInaccessible Code = "QUERY_ROOT_TYPE_INACCESSIBLE"
	// A required argument or input field is @inaccessible.
	// Change: make it optional, give it a default, or make it accessible.
	RequiredInaccessible Code = "REQUIRED_INACCESSIBLE"
	// @inaccessible is applied to an element that cannot be hidden.
	// Change: remove the @inaccessible.
	DisallowedInaccessible Code = "DISALLOWED_INACCESSIBLE"
	// An @inaccessible field or argument implements one that is accessible.
	// Change: mark the one in the interface @inaccessible, too, or make the implementation
	// accessible.
	ImplementedByInaccessible Code = "IMPLEMENTED_BY_INACCESSIBLE"
	// An accessible type has only @inaccessible members.
	// Change: mark the type @inaccessible, or make a member accessible.
	OnlyInaccessibleChildren Code = "ONLY_INACCESSIBLE_CHILDREN"
)

// @override.
const (
	// @override together with a directive that it excludes.
	// Change: remove one of the two directives.
	OverrideCollisionWithAnotherDirective Code = "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE"
	// A field with @override(from:) its own subgraph.
	// Change: name the subgraph from which to take the field.
	OverrideFromSelfError Code = "OVERRIDE_FROM_SELF_ERROR"
	// The field that is overridden has an @override of its own.
	// Change: remove one of the two.
	OverrideSourceHasOverride Code = "OVERRIDE_SOURCE_HAS_OVERRIDE"
	// @override on a field of an interface.
	// Change: put the @override on the fields of the implementations.
	OverrideOnInterface Code = "OVERRIDE_ON_INTERFACE"
	// The label of an @override is invalid.
	// Change: write percent(0) to percent(100), or a letter, followed by letters, digits and
	// _-:./.
	OverrideLabelInvalid Code = "OVERRIDE_LABEL_INVALID"
)

// Interfaces.
const (
	// @interfaceObject on a type that is not an interface elsewhere, or has no key.
	// Change: define the interface in some subgraph, and give the type its @key.
	InterfaceObjectUsageError Code = "INTERFACE_OBJECT_USAGE_ERROR"
	// A key of an interface is not a key of an implementation.
	// Change: add the key to the implementation.
	InterfaceKeyNotOnImplementation Code = "INTERFACE_KEY_NOT_ON_IMPLEMENTATION"
	// A subgraph has a @key on an interface, but not all of its implementations.
	// Change: add the implementation to the subgraph, or remove the @key of the interface.
	InterfaceKeyMissingImplementationType Code = "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE"
)

// @context.
const (
	// @fromContext names a context that no type sets.
	// Change: put @context with that name on a type above the field.
	ContextNotSet Code = "CONTEXT_NOT_SET"
	// The selection of a @fromContext is not valid.
	// Change: select one field that every type of the context has, of the argument's type.
	ContextInvalidSelection Code = "CONTEXT_INVALID_SELECTION"
	// A @fromContext names no context.
	// Change: begin the selection with the context's name, like "$user { id }".
	NoContextInSelection Code = "NO_CONTEXT_IN_SELECTION"
	// A type with a contextual argument has no resolvable key.
	// Change: give the type a @key that is resolvable.
	ContextNoResolvableKey Code = "CONTEXT_NO_RESOLVABLE_KEY"
	// The name of a context is invalid.
	// Change: write a letter, followed by letters and digits.
	ContextNameInvalid Code = "CONTEXT_NAME_INVALID"
	// An argument is contextual in one subgraph and required in another.
	// Change: make the argument contextual everywhere, or optional where it is not.
	ContextualArgumentNotContextualInAllSubgraphs Code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"
)

// Cost.
const (
	// @cost on an interface or a field of one.
	// Change: put the @cost on the implementations and their fields.
	CostAppliedToInterfaceField Code = "COST_APPLIED_TO_INTERFACE_FIELD"
	// @listSize on a field that is not a list.
	// Change: remove the @listSize, or name sizedFields.
	ListSizeAppliedToNonList Code = "LIST_SIZE_APPLIED_TO_NON_LIST"
	// @listSize(assumedSize:) is negative.
	// Change: write zero or more.
	ListSizeInvalidAssumedSize Code = "LIST_SIZE_INVALID_ASSUMED_SIZE"
	// @listSize(sizedFields:) names something that is not a list field.
	// Change: name fields of the field's type that are lists.
	ListSizeInvalidSizedField Code = "LIST_SIZE_INVALID_SIZED_FIELD"
	// @listSize(slicingArguments:) names something that is not an integer argument.
	// Change: name arguments of the field that are of type Int.
	ListSizeInvalidSlicingArgument Code = "LIST_SIZE_INVALID_SLICING_ARGUMENT"
)

// Access.
const (
	// @authenticated, @requiresScopes or @policy on an interface.
	// Change: put the directive on the objects and fields that implement the interface.
	AuthRequirementsAppliedOnInterface Code = "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE"
	// A @requires or @fromContext reads a field that needs more rights than the field itself.
	// Change: repeat on the field the access directives of the fields that it reads.
	MissingTransitiveAuthRequirements Code = "MISSING_TRANSITIVE_AUTH_REQUIREMENTS"
	// Several @requiresScopes or @policy have more than 64 alternatives together.
	// Change: require the same alternatives everywhere, or fewer.
	AuthRequirementsTooComplex Code = "AUTH_REQUIREMENTS_TOO_COMPLEX"
)

// Running.
const (
	// A subgraph's SDL is unavailable: the subgraph does not return it, or the file cannot be
	// read.
	// Change: start the subgraph, or name a file with its SDL under schema.
	DownstreamServiceError Code = "DOWNSTREAM_SERVICE_ERROR"
)
