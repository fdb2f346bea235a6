package federation

// Level is the importance of a hint.
type Level string

// The levels: a probable mistake, useful information, and details. Fault is the level of errors.
const (
	Warn  Level = "WARN"
	Info  Level = "INFO"
	Debug Level = "DEBUG"
	Fault Level = "ERROR"
)

// HintCode is the kind of a hint: something that composes, but may not be intended. Hints have the
// names that the reference composition uses.
type HintCode string

// Hints about probable mistakes: level WARN.
const (
	// An argument or input field has a default in some subgraphs only, so the supergraph has none.
	// Change: give it the same default everywhere.
	HintInconsistentDefaultValuePresence HintCode = "INCONSISTENT_DEFAULT_VALUE_PRESENCE"
	// A field of an input type is in some subgraphs only, so the supergraph leaves it out.
	// Change: add it everywhere, or remove it.
	HintInconsistentInputObjectField HintCode = "INCONSISTENT_INPUT_OBJECT_FIELD"
	// A value of an enum used for input is in some subgraphs only, so the supergraph leaves it
	// out.
	// Change: add it everywhere, or remove it.
	HintInconsistentEnumValueForInputEnum HintCode = "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM"
	// A directive for operations is in some subgraphs only, so the supergraph leaves it out.
	// Change: define it everywhere, or remove it.
	HintInconsistentExecutableDirectivePresence HintCode = "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"
	// A directive for operations has no location that all subgraphs allow, so the supergraph
	// leaves it out.
	// Change: give it the same locations everywhere.
	HintNoExecutableDirectiveIntersection HintCode = "NO_EXECUTABLE_DIRECTIVE_INTERSECTION"
	// A directive for operations is repeatable in some subgraphs only, so it is not in the
	// supergraph.
	// Change: make it repeatable everywhere, or nowhere.
	HintInconsistentExecutableDirectiveRepeatable HintCode = "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE"
	// A directive for operations has different locations in different subgraphs; the supergraph
	// has those that all allow.
	// Change: give it the same locations everywhere.
	HintInconsistentExecutableDirectiveLocations HintCode = "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS"
	// Something has different descriptions in different subgraphs; the supergraph takes the most
	// frequent one.
	// Change: write the same everywhere, or describe it in one subgraph.
	HintInconsistentDescription HintCode = "INCONSISTENT_DESCRIPTION"
	// An optional argument is in some subgraphs only, so the supergraph leaves it out.
	// Change: add it everywhere, or remove it.
	HintInconsistentArgumentPresence HintCode = "INCONSISTENT_ARGUMENT_PRESENCE"
	// An @override names a subgraph that does not exist, so it has no effect.
	// Change: correct the name, or remove the @override.
	HintFromSubgraphDoesNotExist HintCode = "FROM_SUBGRAPH_DOES_NOT_EXIST"
	// A directive has different arguments in different subgraphs; the supergraph takes the most
	// frequent ones.
	// Change: write the same everywhere.
	HintInconsistentNonRepeatableDirectiveArguments HintCode = "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
	// A composed directive has another name in a subgraph that does not compose it, so its
	// applications there are lost.
	// Change: import it under the same name.
	HintDirectiveCompositionWarn HintCode = "DIRECTIVE_COMPOSITION_WARN"
	// A shared field can have types in one subgraph that it cannot have in another.
	// Change: let all subgraphs return the same types.
	HintInconsistentRuntimeTypesForShareableReturn HintCode = "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN"
)

// Hints with useful information: level INFO.
const (
	// A field has different types in different subgraphs; the supergraph takes the one that suits
	// all.
	// Change: write the same everywhere, unless one is meant to be stricter.
	HintInconsistentButCompatibleFieldType HintCode = "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE"
	// An argument has different types in different subgraphs; the supergraph takes the one that
	// suits all.
	// Change: write the same everywhere, unless one is meant to be stricter.
	HintInconsistentButCompatibleArgumentType HintCode = "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE"
	// A type has a @key in some subgraphs only, so the others cannot be reached by it.
	// Change: add the @key there, if the subgraph can look the entity up.
	HintInconsistentEntity HintCode = "INCONSISTENT_ENTITY"
	// Another subgraph has taken a field over.
	// Change: remove it here, or mark it @external if it is still read.
	HintOverriddenFieldCanBeRemoved HintCode = "OVERRIDDEN_FIELD_CAN_BE_REMOVED"
	// The field that an @override takes over is no longer in the other subgraph.
	// Change: remove the @override.
	HintOverrideDirectiveCanBeRemoved HintCode = "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED"
	// A field is moving to another subgraph, for a part of the requests.
	// Change: when all requests have moved, remove the field from the old subgraph, and the label.
	HintOverrideMigrationInProgress HintCode = "OVERRIDE_MIGRATION_IN_PROGRESS"
	// A directive has different arguments in different subgraphs; the supergraph has arguments
	// that include all of them.
	// Change: nothing, or write the same everywhere.
	HintMergedNonRepeatableDirectiveArguments HintCode = "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
	// A @composeDirective has no effect, or a specification that nobody composes is linked in
	// several major versions.
	// Change: remove the @composeDirective, or link one major version.
	HintDirectiveCompositionInfo HintCode = "DIRECTIVE_COMPOSITION_INFO"
	// A subgraph is read as a later version of federation than it links, or as Federation 1
	// because it links none.
	// Change: link the version of federation for which it is written.
	HintImplicitlyUpgradedFederationVersion HintCode = "IMPLICITLY_UPGRADED_FEDERATION_VERSION"
	// An argument is contextual in one subgraph and optional in another, so the supergraph leaves
	// it out.
	// Change: make it contextual everywhere, or remove it.
	HintContextualArgumentNotContextualInAllSubgraphs HintCode = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"
)

// Hints about details: level DEBUG.
const (
	// A field of an object type without @key is in some of its subgraphs only.
	// Change: add it everywhere, if the type is meant to be the same.
	HintInconsistentObjectValueTypeField HintCode = "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD"
	// A field of an interface is in some of its subgraphs only.
	// Change: add it everywhere, if the interface is meant to be the same.
	HintInconsistentInterfaceValueTypeField HintCode = "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD"
	// A union has a member in some of its subgraphs only.
	// Change: add it everywhere, if the union is meant to be the same.
	HintInconsistentUnionMember HintCode = "INCONSISTENT_UNION_MEMBER"
	// A value of an enum used for output is in some of its subgraphs only.
	// Change: add it everywhere, if the enum is meant to be the same.
	HintInconsistentEnumValueForOutputEnum HintCode = "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM"
	// A composed directive is repeatable in some subgraphs only; the supergraph has the definition
	// of the latest version.
	// Change: make it repeatable everywhere, or nowhere.
	HintInconsistentTypeSystemDirectiveRepeatable HintCode = "INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_REPEATABLE"
	// A composed directive has different locations in different subgraphs; the supergraph has the
	// definition of the latest version.
	// Change: give it the same locations everywhere.
	HintInconsistentTypeSystemDirectiveLocations HintCode = "INCONSISTENT_TYPE_SYSTEM_DIRECTIVE_LOCATIONS"
	// No field or argument has an enum type.
	// Change: use it, or remove it.
	HintUnusedEnumType HintCode = "UNUSED_ENUM_TYPE"
)
