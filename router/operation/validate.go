package operation

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// validationRules are gqlparser's, ordered by name, which is the order of the errors that they find at one place.
func validationRules() []validator.Rule {
	known := rules.NewDefaultRules()
	known.RemoveRule(rules.OverlappingFieldsCanBeMergedRule.Name) // checkOverlaps does that
	known.AddRule("IntsHave32Bits", intsHave32Bits)
	var sorted []validator.Rule
	for name, observe := range known.GetInner() {
		sorted = append(sorted, validator.Rule{Name: name, RuleFunc: observe})
	}
	slices.SortFunc(sorted, func(x, y validator.Rule) int { return cmp.Compare(x.Name, y.Name) })
	return sorted
}

// validate is validator.ValidateWithRules, but for the sorting of the rules: that took six times as long as to apply them.
func (p *Parser) validate(document *ast.QueryDocument) gqlerror.List {
	var errs gqlerror.List
	observers := &validator.Events{}
	for _, rule := range p.rules {
		rule.RuleFunc(observers, func(options ...validator.ErrorOption) {
			err := &gqlerror.Error{Rule: rule.Name}
			for _, option := range options {
				option(err)
			}
			errs = append(errs, err)
		})
	}
	validator.Walk(p.schema, document, observers)
	return errs
}

// intsHave32Bits is what gqlparser's rule ValuesOfCorrectType does not look at (GraphQL, section 3.5.1).
func intsHave32Bits(observers *validator.Events, fail validator.AddErrFunc) {
	observers.OnValue(func(_ *validator.Walker, v *ast.Value) {
		if v.Kind == ast.IntValue && v.ExpectedType != nil && v.ExpectedType.Name() == "Int" && !isInt32(json.Number(v.Raw)) {
			fail(validator.Message("Int cannot represent %s: it has 32 bits.", v.Raw), core.At(v.Position))
		}
	})
}
