package limits

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// slicingArguments requires exactly one of the arguments that @listSize names, unless the
// directive says requireOneSlicingArgument: false. A default value counts if the operation gives
// no argument. Without this rule, a client could leave the argument out to get the assumed price
// for any list.
func slicingArguments() core.Rule {
	rule := core.Rule{Name: "OneSlicingArgument"}
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		observers.OnField(func(_ *core.Walker, f *ast.Field) {
			if f.Definition == nil {
				return
			}
			arguments := required(f.Definition)
			if given := sizesGiven(f, arguments); len(arguments) > 0 && given != 1 {
				fail(core.Message(`Field "%s" requires exactly one of the arguments %s, and has %d.`,
					f.Name, strings.Join(arguments, ", "), given), core.At(f.Position))
			}
		})
	}
	return rule
}

// required returns the arguments of which a field requires one. Those that the schema does not
// have are left out: a client of a contract cannot give them, and must not learn their names.
func required(of *ast.FieldDefinition) []string {
	d := of.Directives.ForName(listSizeDirective)
	if d == nil {
		return nil
	}
	one := d.Arguments.ForName("requireOneSlicingArgument")
	if one != nil && one.Value.Raw == "false" {
		return nil
	}
	return slices.DeleteFunc(names(d, "slicingArguments"), func(name string) bool {
		return of.Arguments.ForName(name) == nil
	})
}

// sizesGiven counts the arguments that give a size. If the field has none of them, arguments with
// a default count as one.
func sizesGiven(f *ast.Field, arguments []string) int {
	given, byDefault := 0, 0
	for _, name := range arguments {
		if value := f.Arguments.ForName(name); value != nil && value.Value.Kind != ast.NullValue {
			given++
			continue
		}
		if a := f.Definition.Arguments.ForName(name); a != nil && a.DefaultValue != nil {
			byDefault = 1
		}
	}
	return max(given, byDefault)
}
