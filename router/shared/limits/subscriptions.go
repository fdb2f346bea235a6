package limits

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// singleFieldSubscriptions is Single Root Field (GraphQL, section 5.2.4.1). gqlparser compares the
// names of fields, so it accepts a field under two response keys, and it accepts @skip and
// @include, which can leave no field. gqlgen then fails with an internal error.
func singleFieldSubscriptions(observers *core.Events, fail core.AddErrFunc) {
	observers.OnOperation(func(w *core.Walker, operation *ast.OperationDefinition) {
		if w.Schema.Subscription == nil || operation.Operation != ast.Subscription {
			return
		}
		s := subscription{name: "Anonymous Subscription", seen: map[string]bool{}, fail: fail}
		if operation.Name != "" {
			s.name = "Subscription " + strconv.Quote(operation.Name)
		}
		s.walk(operation.SelectionSet)
	})
}

type subscription struct {
	name string
	key  string // the response key of the first field
	many bool   // another response key was reported
	seen map[string]bool
	fail core.AddErrFunc
}

func (s *subscription) walk(set ast.SelectionSet) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			s.refuseConditions(of.Directives)
			s.field(of)
		case *ast.InlineFragment:
			s.refuseConditions(of.Directives)
			s.walk(of.SelectionSet)
		case *ast.FragmentSpread:
			s.refuseConditions(of.Directives)
			if of.Definition != nil && !s.seen[of.Name] {
				s.seen[of.Name] = true
				s.walk(of.Definition.SelectionSet)
			}
		}
	}
}

func (s *subscription) field(field *ast.Field) {
	if s.key == "" {
		s.key = field.Alias
	}
	if field.Alias != s.key && !s.many {
		s.many = true
		s.fail(core.Message(`%s must select only one top level field.`, s.name), core.At(field.Position))
	}
	if strings.HasPrefix(field.Name, "__") {
		s.fail(core.Message(`%s must not select an introspection top level field.`, s.name),
			core.At(field.Position))
	}
}

func (s *subscription) refuseConditions(directives ast.DirectiveList) {
	for _, d := range directives {
		if d.Name == "skip" || d.Name == "include" {
			s.fail(core.Message(`%s must not use @%s on its top level field.`, s.name, d.Name),
				core.At(d.Position))
		}
	}
}
