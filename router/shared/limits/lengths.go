package limits

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// DefaultNameBytes is the default length of the longest name that a document defines.
const DefaultNameBytes = 256

// lengthsOfNames bounds the names that a document defines: aliases, and the names of operations,
// fragments and variables. An answer repeats an alias for each object, and for each error below
// it: one alias of 900 KB caused an answer of 43 MB. The rule does not bound names of the schema.
func lengthsOfNames(o Options) core.Rule {
	most := o.NameBytes
	if most == 0 {
		most = DefaultNameBytes
	}
	rule := core.Rule{Name: "LengthsOfNames"}
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		check := func(name string, at *ast.Position) {
			if len(name) > most {
				fail(tooLarge("The name %.32s… has %d bytes, and %d are allowed.",
					name, len(name), most), core.At(at))
			}
		}
		observers.OnOperation(func(_ *core.Walker, o *ast.OperationDefinition) {
			check(o.Name, o.Position)
		})
		observers.OnVariable(func(_ *core.Walker, v *ast.VariableDefinition) {
			check(v.Variable, v.Position)
		})
		observers.OnFragment(func(_ *core.Walker, f *ast.FragmentDefinition) {
			check(f.Name, f.Position)
		})
		observers.OnField(func(_ *core.Walker, f *ast.Field) {
			if f.Alias != f.Name {
				check(f.Alias, f.Position)
			}
		})
	}
	return rule
}
