package limits

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// sizing is the schema's information about the sizes of the lists that a field returns.
type sizing struct {
	// slicing are the arguments whose values are sizes.
	slicing []*ast.ArgumentDefinition
	// representations is the argument whose length is the size: that of _entities.
	representations *ast.ArgumentDefinition
	assumed         uint64
	// sized are the names of the fields of the returned type whose lists have the size; nil if the
	// field itself is the list, or if there is no list.
	sized []string
	// key is sized as one text.
	key  string
	list bool
	// weight is the weight of one value of the field. arguments has the weights of its arguments that
	// have a weight.
	weight    uint64
	arguments map[string]uint64
}

// newSizing returns the schema's information about a field.
func (p *Pricer) newSizing(f *ast.FieldDefinition) *sizing {
	s := &sizing{assumed: p.assumed, list: f.Type.Elem != nil}
	p.fromDirective(s, f.Directives.ForName(listSizeDirective), f)
	if !s.list && s.sized == nil {
		s.sized = connectionLists(p.schema.Types[f.Type.Name()])
	}
	if s.slicing == nil && (s.list || s.sized != nil) {
		for _, argument := range f.Arguments {
			isSize := slices.Contains([]string{"first", "last", "limit"}, argument.Name)
			if isSize && argument.Type.Name() == "Int" {
				s.slicing = append(s.slicing, argument)
			}
		}
	}
	if f.Name == "_entities" {
		s.representations = f.Arguments.ForName("representations")
	}
	s.key = strings.Join(s.sized, ",")
	p.weigh(s, f)
	return s
}

// fromDirective reads @listSize.
func (p *Pricer) fromDirective(s *sizing, d *ast.Directive, f *ast.FieldDefinition) {
	if d == nil {
		return
	}
	if argument := d.Arguments.ForName("assumedSize"); argument != nil {
		if n, err := strconv.ParseUint(argument.Value.Raw, 10, 31); err == nil {
			s.assumed = n
		}
	}
	for _, name := range names(d, "slicingArguments") {
		if argument := f.Arguments.ForName(name); argument != nil {
			s.slicing = append(s.slicing, argument)
		}
	}
	if !s.list {
		s.sized = names(d, "sizedFields")
	}
}

func names(d *ast.Directive, argument string) []string {
	given := d.Arguments.ForName(argument)
	if given == nil {
		return nil
	}
	var list []string
	for _, child := range given.Value.Children {
		list = append(list, child.Value.Raw)
	}
	return list
}

// connectionLists returns the lists of a connection type, or nil for other types.
func connectionLists(of *ast.Definition) []string {
	if of == nil || of.Kind != ast.Object && of.Kind != ast.Interface {
		return nil
	}
	var lists []string
	for _, name := range []string{"edges", "nodes", "items"} {
		field := of.Fields.ForName(name)
		if field != nil && field.Type.Elem != nil && len(field.Arguments) == 0 {
			lists = append(lists, name)
		}
	}
	return lists
}

// size returns the size that a field's arguments give: a number, or a size that depends on
// variables.
func (s *sizing) size(f *ast.Field) (uint64, *size) {
	if s.representations != nil {
		return fromArguments(f, []*ast.ArgumentDefinition{s.representations}, true, s.assumed)
	}
	return fromArguments(f, s.slicing, false, s.assumed)
}

func fromArguments(
	f *ast.Field, slicing []*ast.ArgumentDefinition, isList bool, assumed uint64,
) (uint64, *size) {
	var variables []variable
	var fixed uint64
	known := false
	for _, definition := range slicing {
		value := definition.DefaultValue
		if given := f.Arguments.ForName(definition.Name); given != nil {
			value = given.Value
		}
		switch {
		case value == nil || value.Kind == ast.NullValue:
		case value.Kind == ast.Variable:
			variables = append(variables, ofVariable(value, definition, isList))
		default:
			known, fixed = true, max(fixed, literalSize(value))
		}
	}
	switch {
	case len(variables) > 0:
		return 0, &size{otherwise: assumed, fixed: fixed, variables: variables}
	case known:
		return fixed, nil
	default:
		return assumed, nil
	}
}

// ofVariable returns a variable for an argument. If the variable has neither a value nor a
// default, the argument's default counts.
func ofVariable(value *ast.Value, argument *ast.ArgumentDefinition, isList bool) variable {
	v := variable{name: value.Raw, isList: isList}
	otherwise := argument.DefaultValue
	if value.VariableDefinition != nil && value.VariableDefinition.DefaultValue != nil {
		otherwise = value.VariableDefinition.DefaultValue
	}
	if otherwise != nil && otherwise.Kind != ast.NullValue {
		n := literalSize(otherwise)
		v.otherwise = &n
	}
	return v
}

// literalSize returns the size that a literal gives.
func literalSize(value *ast.Value) uint64 {
	if value.Kind == ast.ListValue {
		return uint64(len(value.Children))
	}
	if value.Kind == ast.ObjectValue {
		return 1
	}
	n, err := strconv.ParseFloat(value.Raw, 64)
	if err != nil {
		return 0
	}
	return fromFloat(n)
}
