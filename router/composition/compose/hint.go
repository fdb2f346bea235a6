package compose

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// The levels.
const (
	Warn  = federation.Warn
	Info  = federation.Info
	Debug = federation.Debug
)

// Hint describes something that composes, but may not be intended.
type Hint struct {
	Code  federation.HintCode `json:"code"`
	Level federation.Level    `json:"level"`
	// Coordinate is the element that the hint concerns: Type, Type.field, Type.field(argument:) or
	// @directive.
	Coordinate string                `json:"coordinate,omitempty"`
	Message    string                `json:"message"`
	Locations  []federation.Location `json:"locations"`
}

// Codes of hints, under the names of the reference composition.
const (
	inconsistentDefault         = "INCONSISTENT_DEFAULT_VALUE_PRESENCE"
	inconsistentInputField      = "INCONSISTENT_INPUT_OBJECT_FIELD"
	inconsistentInputEnum       = "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM"
	inconsistentOutputEnum      = "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM"
	inconsistentDescription     = "INCONSISTENT_DESCRIPTION"
	inconsistentArgument        = "INCONSISTENT_ARGUMENT_PRESENCE"
	inconsistentUnionMember     = "INCONSISTENT_UNION_MEMBER"
	inconsistentFieldType       = "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE"
	inconsistentArgumentType    = "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE"
	inconsistentDirective       = "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
	mergedDirective             = "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
	inconsistentExecutable      = "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"
	noExecutableIntersection    = "NO_EXECUTABLE_DIRECTIVE_INTERSECTION"
	fromSubgraphDoesNotExist    = "FROM_SUBGRAPH_DOES_NOT_EXIST"
	overriddenFieldCanBeRemoved = "OVERRIDDEN_FIELD_CAN_BE_REMOVED"
	overrideCanBeRemoved        = "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED"
	overrideMigration           = "OVERRIDE_MIGRATION_IN_PROGRESS"
	unusedEnum                  = "UNUSED_ENUM_TYPE"
	implicitlyUpgraded          = "IMPLICITLY_UPGRADED_FEDERATION_VERSION"
	inconsistentObjectField     = "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD"
	inconsistentInterfaceField  = "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD"
	inconsistentEntity          = "INCONSISTENT_ENTITY"
	inconsistentRuntimeTypes    = "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN"
)

func sorted(hints []Hint) []Hint {
	slices.SortStableFunc(hints, func(a, b Hint) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Coordinate, b.Coordinate),
			cmp.Compare(a.Message, b.Message))
	})
	return hints
}
