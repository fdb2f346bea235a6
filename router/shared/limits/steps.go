package limits

import "github.com/vektah/gqlparser/v2/ast"

// maxSteps bounds the steps of the validation of a document. Each visit of a selection, a
// directive or a value is one step. The walk visits them once for each operation and fragment that
// leads there. BenchmarkValidate: a step takes 1.3 µs.
const maxSteps = 60_000

// variablesAStep is the number of variable definitions that can be compared with a name in the
// time of one step.
const variablesAStep = 50

// stepsWithin reports whether the walk over a document takes at most limit steps.
func stepsWithin(document *ast.QueryDocument, limit int) bool {
	s := stepper{left: limit, variable: 1 + mostVariables(document)/variablesAStep}
	if len(document.Fragments) > 0 {
		s.fragments = make(map[string]*part, len(document.Fragments))
		for _, fragment := range document.Fragments {
			if s.fragments[fragment.Name] == nil {
				p := s.part(fragment.SelectionSet)
				p.steps += s.directives(fragment.Directives)
				s.fragments[fragment.Name] = p
			}
		}
	}
	for _, operation := range document.Operations {
		p := s.part(operation.SelectionSet)
		p.steps += s.directives(operation.Directives)
		for _, variable := range operation.VariableDefinitions {
			p.steps += 1 + s.directives(variable.Directives) + s.value(variable.DefaultValue, 1)
		}
		s.enter(p)
	}
	for _, fragment := range document.Fragments {
		s.enter(s.fragments[fragment.Name])
	}
	return s.left >= 0
}

// part is an operation or a fragment: its own steps, and the names of the fragments that it
// spreads.
type part struct {
	steps   int
	spreads []string
	root    int // the last root from which the part was entered
}

type stepper struct {
	fragments map[string]*part
	variable  int // steps for the use of a variable
	left      int
	root      int
}

// enter counts the steps of a walk that starts at a part, until the limit is reached.
func (s *stepper) enter(p *part) {
	s.root++
	p.root = 0 // the walk of a fragment may enter it again from a cycle
	s.visit(p)
}

func (s *stepper) visit(p *part) {
	s.left -= 1 + p.steps
	for _, name := range p.spreads {
		if s.left < 0 {
			return
		}
		if next := s.fragments[name]; next != nil && next.root != s.root {
			next.root = s.root
			s.visit(next)
		}
	}
}

func (s *stepper) part(set ast.SelectionSet) *part {
	p := &part{}
	s.selections(p, set)
	return p
}

func (s *stepper) selections(p *part, set ast.SelectionSet) {
	for _, selection := range set {
		p.steps++
		switch of := selection.(type) {
		case *ast.Field:
			p.steps += s.arguments(of.Arguments) + s.directives(of.Directives)
			s.selections(p, of.SelectionSet)
		case *ast.InlineFragment:
			p.steps += s.directives(of.Directives)
			s.selections(p, of.SelectionSet)
		case *ast.FragmentSpread:
			p.steps += s.directives(of.Directives)
			p.spreads = append(p.spreads, of.Name)
		}
	}
}

func (s *stepper) directives(list ast.DirectiveList) int {
	steps := len(list)
	for _, directive := range list {
		steps += s.arguments(directive.Arguments)
	}
	return steps
}

func (s *stepper) arguments(list ast.ArgumentList) int {
	steps := 0
	for _, argument := range list {
		steps += s.value(argument.Value, 1)
	}
	return steps
}

// value counts a value once for each level of its depth, because the rules visit it again with
// each value that contains it.
func (s *stepper) value(v *ast.Value, depth int) int {
	switch {
	case v == nil:
		return 0
	case v.Kind == ast.Variable:
		return depth * s.variable
	}
	steps := depth
	for _, child := range v.Children {
		steps += s.value(child.Value, depth+1)
	}
	return steps
}

func mostVariables(document *ast.QueryDocument) int {
	most := 0
	for _, operation := range document.Operations {
		most = max(most, len(operation.VariableDefinitions))
	}
	return most
}
