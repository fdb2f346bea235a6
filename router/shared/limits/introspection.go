package limits

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// introspection refuses introspection that is too deep, or with NoIntrospection any introspection.
func introspection(o Options) core.Rule {
	depth := o.IntrospectionDepth
	if depth == 0 {
		depth = DefaultIntrospectionDepth
	}
	rule := rules.MaxIntrospectionDepth
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		h := heights{known: map[string]int{}, most: depth + 1}
		observers.OnField(func(w *core.Walker, field *ast.Field) {
			switch {
			case !isIntrospection(field), field.ObjectDefinition == nil,
				field.ObjectDefinition != w.Schema.Query:
			case o.NoIntrospection:
				fail(disabled(field.Name), core.At(field.Position))
			case h.of(field.SelectionSet) > depth:
				fail(tooLarge("The introspection is more than %d levels deep. Select fewer levels.", depth),
					core.At(field.Position))
			}
		})
	}
	return rule
}

// CodeIntrospection means that introspection is disabled.
const CodeIntrospection = "INTROSPECTION_DISABLED"

func disabled(name string) core.ErrorOption {
	return withCode(CodeIntrospection, "Introspection is off: the field %s cannot be queried.", name)
}

func isIntrospection(field *ast.Field) bool {
	return field.Name == "__schema" || field.Name == "__type"
}

// heights measures the depth of selection sets. It measures each fragment once.
type heights struct {
	known map[string]int
	most  int // heights above this are not measured
}

func (h *heights) of(set ast.SelectionSet) int {
	height := 0
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			if len(of.SelectionSet) > 0 {
				height = max(height, 1+h.of(of.SelectionSet))
			}
		case *ast.InlineFragment:
			height = max(height, h.of(of.SelectionSet))
		case *ast.FragmentSpread:
			height = max(height, h.fragment(of))
		}
	}
	return min(height, h.most)
}

// fragment returns the height of a fragment. Inside itself, which another rule refuses, it is 0.
func (h *heights) fragment(spread *ast.FragmentSpread) int {
	height, known := h.known[spread.Name]
	if !known && spread.Definition != nil {
		h.known[spread.Name] = 0
		height = h.of(spread.Definition.SelectionSet)
		h.known[spread.Name] = height
	}
	return height
}
