package limits

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

const (
	costDirective     = "cost"
	listSizeDirective = "listSize"
	mutationWeight    = 10
)

// weigh sets the weights of a field and of its arguments. @cost on a field replaces the weight of
// its type.
func (p *Pricer) weigh(s *sizing, f *ast.FieldDefinition) {
	of := p.schema.Types[f.Type.Name()]
	switch given, ok := weightOf(f.Directives); {
	case ok:
		s.weight = given
	case of != nil:
		s.weight = weightOfType(of)
	}
	for _, argument := range f.Arguments {
		weight, _ := weightOf(argument.Directives)
		weight = add(weight, p.weightOfInput(argument.Type, map[string]bool{}))
		if weight == 0 {
			continue
		}
		if s.arguments == nil {
			s.arguments = map[string]uint64{}
		}
		s.arguments[argument.Name] = weight
	}
}

// weightOfType returns the weight of one value of a type: that of the type's @cost, or else 1 for
// an object and 0 for a leaf.
func weightOfType(of *ast.Definition) uint64 {
	switch weight, ok := weightOf(of.Directives); {
	case ok:
		return weight
	case of.IsCompositeType():
		return 1
	default:
		return 0
	}
}

// weightOfInput returns the weight of one value of an input type with all its fields. It counts
// each input type once, so that it ends if a type contains itself.
func (p *Pricer) weightOfInput(t *ast.Type, entered map[string]bool) uint64 {
	of := p.schema.Types[t.Name()]
	if of == nil || entered[of.Name] {
		return 0
	}
	entered[of.Name] = true
	weight, _ := weightOf(of.Directives)
	if of.Kind == ast.InputObject {
		for _, field := range of.Fields {
			own, _ := weightOf(field.Directives)
			weight = add(weight, add(own, p.weightOfInput(field.Type, entered)))
		}
	}
	return weight
}

// ofArguments returns the weight of the arguments that the operation gives to a field.
func (s *sizing) ofArguments(f *ast.Field) uint64 {
	var weight uint64
	for name, of := range s.arguments {
		if f.Arguments.ForName(name) != nil {
			weight = add(weight, of)
		}
	}
	return weight
}

// weightOfMutation returns the weight that a root field of a mutation adds to that of its result.
// It is 0 if @cost gives the weight of the field.
func weightOfMutation(f *ast.Field) uint64 {
	if f.Definition == nil || f.Name == "__typename" {
		return 0
	}
	if _, ok := weightOf(f.Definition.Directives); ok {
		return 0
	}
	return mutationWeight
}

// weightOf reads @cost. A negative weight counts as 0.
func weightOf(list ast.DirectiveList) (weight uint64, ok bool) {
	d := list.ForName(costDirective)
	if d == nil {
		return 0, false
	}
	argument := d.Arguments.ForName("weight")
	if argument == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(argument.Value.Raw, 10, 32)
	return uint64(max(n, 0)), err == nil
}
