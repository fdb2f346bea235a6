package operation

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// shared is the part of an operation that replaces literals with variables, so that all documents
// of its form share it. Some literals stay, and must be equal in all of them.
type shared struct {
	slots []slot
	// stay holds the literals that no variable replaces: in directives and defaults, in lists of
	// one without brackets, in the name of __type, and of custom scalars, for which a subgraph may
	// read a literal and a value in different ways.
	stay map[int]string
}

// slot is a variable for all literals with the same text and type.
type slot struct {
	variable string
	literal  int // number of the first of these literals
	scalar   string
}

// ParseShared is Parse for a document of a form. If possible, the operation has variables in place
// of literals: documents of the form then share it, Shared returns true, and Bind returns the
// values.
func (p *Parser) ParseShared(text, name string, form Form) (*Operation, error) {
	document, definition, err := p.document(text, name)
	if err != nil {
		return nil, err
	}
	s := sharer{
		form: form, schema: p.schema, taken: variableNames(document),
		next: map[string]int{}, made: map[slot]*ast.VariableDefinition{},
	}
	sharing := s.share(document)
	cost, err := p.cost(definition)
	if err != nil {
		return nil, err
	}
	op, err := p.normalise(definition, cost)
	if err != nil || !sharing {
		return op, err
	}
	op.shared = &shared{slots: s.slots, stay: s.stay}
	op.Variables = slices.Concat(op.Variables, s.definitions)
	return op, nil
}

// Shared reports whether other documents can share the operation.
func (o *Operation) Shared() bool { return o.shared != nil }

// Bind returns the values of the variables that replace the literals of a document with the shared
// operation's form. It returns false if the document needs an operation of its own.
func (o *Operation) Bind(form Form) (map[string]any, bool) {
	for number, text := range o.shared.stay {
		if form.literals[number].text != text {
			return nil, false
		}
	}
	values := make(map[string]any, len(o.shared.slots))
	for _, s := range o.shared.slots {
		value, ok := form.literals[s.literal].value(s.scalar)
		if !ok {
			return nil, false
		}
		values[s.variable] = value
	}
	return values, true
}

// clientVariables returns the operation's variables without those that replace literals.
func (o *Operation) clientVariables() ast.VariableDefinitionList {
	if o.shared == nil {
		return o.Variables
	}
	return o.Variables[:len(o.Variables)-len(o.shared.slots)]
}

// sharer replaces literals with variables.
type sharer struct {
	form        Form
	schema      *ast.Schema
	taken       map[string]bool
	next        map[string]int // the next number to try for each name
	found       []found
	made        map[slot]*ast.VariableDefinition // by slot without its name
	slots       []slot
	definitions ast.VariableDefinitionList
	stay        map[int]string
}

// found is a literal of the document, and the name of the argument or field that it belongs to;
// the name is empty if the literal must stay.
type found struct {
	value *ast.Value
	name  string
}

func (s *sharer) share(document *ast.QueryDocument) bool {
	for _, operation := range document.Operations {
		for _, variable := range operation.VariableDefinitions {
			s.value(variable.DefaultValue, "")
			s.directives(variable.Directives)
		}
		s.directives(operation.Directives)
		s.selections(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		s.directives(fragment.Directives)
		s.selections(fragment.SelectionSet)
	}
	if len(s.found) != len(s.form.literals) {
		return false
	}
	slices.SortFunc(s.found, func(a, b found) int {
		return cmp.Compare(a.value.Position.Start, b.value.Position.Start)
	})
	s.stay = map[int]string{}
	for number, f := range s.found {
		s.replace(number, f)
	}
	return len(s.slots) > 0
}

func (s *sharer) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			for _, argument := range of.Arguments {
				name := argument.Name
				if of.Name == "__type" {
					name = "" // the cost depends on the type
				}
				s.value(argument.Value, name)
			}
			s.directives(of.Directives)
			s.selections(of.SelectionSet)
		case *ast.InlineFragment:
			s.directives(of.Directives)
			s.selections(of.SelectionSet)
		case *ast.FragmentSpread:
			s.directives(of.Directives)
		}
	}
}

func (s *sharer) directives(list ast.DirectiveList) {
	for _, directive := range list {
		for _, argument := range directive.Arguments {
			s.value(argument.Value, "")
		}
	}
}

// value finds the literals in a value that belongs to the argument or field with that name.
func (s *sharer) value(v *ast.Value, name string) {
	if v == nil {
		return
	}
	switch v.Kind {
	case ast.IntValue, ast.FloatValue, ast.StringValue, ast.BlockValue:
		s.found = append(s.found, found{v, name})
	case ast.ListValue:
		for _, child := range v.Children {
			s.value(child.Value, name)
		}
	case ast.ObjectValue:
		for _, child := range v.Children {
			inner := child.Name
			if name == "" {
				inner = ""
			}
			s.value(child.Value, inner)
		}
	}
}

func (s *sharer) replace(number int, f found) {
	literal := s.form.literals[number]
	expected := f.value.ExpectedType
	if f.name == "" || expected == nil || !isBuiltIn(expected.NamedType) {
		s.stay[number] = literal.text
		return
	}
	id := slot{literal: literal.first, scalar: expected.NamedType}
	definition := s.made[id]
	if definition == nil {
		definition = s.define(f, expected.NamedType)
		s.made[id] = definition
		id.variable = definition.Variable
		s.slots, s.definitions = append(s.slots, id), append(s.definitions, definition)
	}
	*f.value = ast.Value{
		Kind: ast.Variable, Raw: definition.Variable, Position: f.value.Position,
		Definition: f.value.Definition, VariableDefinition: definition, ExpectedType: expected,
	}
}

// define makes a variable with the name of the first argument or field that uses it. A literal is
// never null.
func (s *sharer) define(f found, scalar string) *ast.VariableDefinition {
	name := f.name
	number := max(s.next[name], 2)
	for ; s.taken[name]; number++ {
		name = f.name + strconv.Itoa(number)
	}
	s.taken[name], s.next[f.name] = true, number
	return &ast.VariableDefinition{
		Variable: name, Type: ast.NonNullNamedType(scalar, f.value.Position), Position: f.value.Position,
		Definition: s.schema.Types[scalar], Used: true,
	}
}

// isBuiltIn reports whether a scalar is one of those that accept numbers and strings (GraphQL,
// section 3.5).
func isBuiltIn(scalar string) bool {
	switch scalar {
	case "Int", "Float", "String", "ID":
		return true
	default:
		return false
	}
}

func variableNames(document *ast.QueryDocument) map[string]bool {
	names := map[string]bool{}
	for _, operation := range document.Operations {
		for _, v := range operation.VariableDefinitions {
			names[v.Variable] = true
		}
	}
	return names
}
