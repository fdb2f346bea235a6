//go:build oracle

package difftest_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// remedy is a way to rewrite an operation. If an answer is wrong, and right with the remedy, the
// part that the remedy removes causes the error.
type remedy struct {
	// name is the remedy's name in router/tests/oracle/known.txt.
	name string
	// rewrites change a selection in sequence; false removes it.
	rewrites []rewrite
	// flat writes fragments on object types only.
	flat bool
}

type rewrite func(s ast.Selection, variables map[string]any) bool

func remedies(p *pair) []remedy {
	return []remedy{
		{name: "right without aliases that clash", rewrites: []rewrite{apart}},
		{name: "right without variable conditions", rewrites: []rewrite{settled}},
		{name: "right without lists of lists", rewrites: []rewrite{unnested}},
		{name: "right without fragments on abstract types", flat: true},
		{name: "right without fields that require objects", rewrites: []rewrite{p.unrequiring}},
		{name: "right without fields that require what fails", rewrites: []rewrite{p.unfailing}},
		{name: "right without fields that fail and cannot be null", rewrites: []rewrite{p.unraising}},
		{name: "right without fields that are narrower in a type", rewrites: []rewrite{p.unnarrowed}},
		{name: "right without all of these", rewrites: []rewrite{settled, apart, unnested, p.unrequiring, p.unfailing, p.unnarrowed}, flat: true},
	}
}

// apart gives each combination of type, name and arguments a key of its own.
func apart(s ast.Selection, _ map[string]any) bool {
	if f, ok := s.(*ast.Field); ok {
		var text strings.Builder
		text.WriteString(f.ObjectDefinition.Name)
		for _, a := range f.Arguments {
			text.WriteString(a.Name + a.Value.String())
		}
		f.Alias = fmt.Sprintf("z_%s_%x", f.Name, hash(text.String()))
	}
	return true
}

// settled removes @skip and @include, together with the selections that they exclude.
func settled(s ast.Selection, variables map[string]any) bool {
	at := directivesOf(s)
	asked := (&execution{variables: variables}).asked(*at)
	*at = nil
	return asked
}

func directivesOf(s ast.Selection) *ast.DirectiveList {
	switch s := s.(type) {
	case *ast.Field:
		return &s.Directives
	case *ast.InlineFragment:
		return &s.Directives
	default:
		return &s.(*ast.FragmentSpread).Directives
	}
}

// unnested removes selections inside lists of lists.
func unnested(s ast.Selection, _ map[string]any) bool {
	f, ok := s.(*ast.Field)
	return !ok || len(f.SelectionSet) == 0 || f.Definition.Type.Elem == nil || f.Definition.Type.Elem.Elem == nil
}

// unrequiring removes fields that @requires objects.
func (p *pair) unrequiring(s ast.Selection, _ map[string]any) bool {
	f, ok := s.(*ast.Field)
	if !ok || strings.HasPrefix(f.Name, "__") {
		return true
	}
	types := p.world.api.GetPossibleTypes(f.ObjectDefinition)
	return !slices.ContainsFunc(types, func(d *ast.Definition) bool {
		required := p.world.definition(d.Name).field(f.Name).requires
		return slices.ContainsFunc(required, func(s ast.Selection) bool {
			field, ok := s.(*ast.Field)
			return ok && len(field.SelectionSet) > 0
		})
	})
}

// unfailing removes fields that @requires others that fail for some objects.
func (p *pair) unfailing(s ast.Selection, _ map[string]any) bool {
	f, ok := s.(*ast.Field)
	if !ok || strings.HasPrefix(f.Name, "__") {
		return true
	}
	types := p.world.api.GetPossibleTypes(f.ObjectDefinition)
	return !slices.ContainsFunc(types, func(d *ast.Definition) bool {
		own := p.world.definition(d.Name)
		return own.mayFail(own.field(f.Name).requires)
	})
}

// unraising removes fields whose error makes their object null.
func (p *pair) unraising(s ast.Selection, _ map[string]any) bool {
	f, ok := s.(*ast.Field)
	if !ok || strings.HasPrefix(f.Name, "__") {
		return true
	}
	return !slices.ContainsFunc(p.world.api.GetPossibleTypes(f.ObjectDefinition), func(d *ast.Definition) bool {
		return p.world.definition(d.Name).field(f.Name).raises()
	})
}

// mayFail reports whether a required field of the type fails for some objects.
func (d *definition) mayFail(set ast.SelectionSet) bool {
	return slices.ContainsFunc(set, func(s ast.Selection) bool {
		switch s := s.(type) {
		case *ast.InlineFragment:
			return slices.ContainsFunc(d.members, func(m *definition) bool { return m.name == s.TypeCondition && m.mayFail(s.SelectionSet) })
		case *ast.Field:
			f := d.field(s.Name)
			return f.fails || d.mayFail(f.requires) || f.target != nil && f.target.mayFail(s.SelectionSet)
		default:
			return false
		}
	})
}

// unnarrowed removes an interface's fields that have another type in one of the object types.
func (p *pair) unnarrowed(s ast.Selection, _ map[string]any) bool {
	f, ok := s.(*ast.Field)
	if !ok || strings.HasPrefix(f.Name, "__") {
		return true
	}
	types := p.world.api.GetPossibleTypes(f.ObjectDefinition)
	return !slices.ContainsFunc(types, func(d *ast.Definition) bool {
		return d.Fields.ForName(f.Name).Type.String() != f.Definition.Type.String()
	})
}

// apply rewrites the pair's operation.
func (r remedy) apply(p *pair) (*pair, error) {
	if r.flat {
		text, err := flattened(p)
		if err != nil {
			return nil, err
		}
		p = &pair{world: p.world, text: text, variables: p.variables}
	}
	document, variables, err := p.read()
	if err != nil {
		return nil, err
	}
	op := document.Operations[0]
	op.SelectionSet = r.set(op.SelectionSet, variables)
	return p.with(document, op), nil
}

// set rewrites a selection set, and replaces spreads of named fragments with their selections.
func (r remedy) set(set ast.SelectionSet, variables map[string]any) ast.SelectionSet {
	var out ast.SelectionSet
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			field := *s
			field.SelectionSet = r.set(s.SelectionSet, variables)
			out = append(out, &field)
		case *ast.InlineFragment:
			fragment := *s
			fragment.SelectionSet = r.set(s.SelectionSet, variables)
			out = append(out, &fragment)
		case *ast.FragmentSpread:
			out = append(out, &ast.InlineFragment{
				TypeCondition: s.Definition.TypeCondition, Directives: s.Directives, SelectionSet: r.set(s.Definition.SelectionSet, variables),
			})
		}
	}
	for _, rewrite := range r.rewrites {
		out = slices.DeleteFunc(out, func(s ast.Selection) bool { return !rewrite(s, variables) })
	}
	if len(set) > 0 && len(out) == 0 {
		out = ast.SelectionSet{&ast.Field{Alias: "__typename", Name: "__typename"}}
	}
	return out
}

// read returns the pair's validated document, with its variables.
func (p *pair) read() (*ast.QueryDocument, map[string]any, error) {
	document, err := parser.ParseQuery(&ast.Source{Input: p.text})
	if err != nil {
		return nil, nil, err
	}
	if errs := validator.ValidateWithRules(p.world.api, document, nil); len(errs) > 0 {
		return nil, nil, errs
	}
	var given map[string]any
	if err := decode([]byte(encode(p.variables)), &given); err != nil {
		return nil, nil, err
	}
	variables, err := validator.VariableValues(p.world.api, document.Operations[0], given)
	return document, variables, err
}

// flattened returns the operation as the router normalises it: fields, each in a fragment on its
// object type if it is not for all.
func flattened(p *pair) (string, error) {
	op, err := operation.NewParser(p.world.api, unlimited()).Parse(p.text, "")
	if err != nil {
		return "", err
	}
	selections := flatSelections(op.RootType, op.Fields)
	used := plan.VariablesIn(selections)
	declared := slices.DeleteFunc(slices.Clone(op.Variables), func(v *ast.VariableDefinition) bool { return !slices.Contains(used, v.Variable) })
	text := plan.PrintDocument(op.Kind, declared, selections)
	if text[0] == '{' {
		text = "query" + text
	}
	return text, nil
}

func flatSelections(place string, fields []*operation.Field) []plan.Selection {
	var list []plan.Selection
	for _, f := range fields {
		s := plan.Selection{
			Alias: f.Key, Name: f.Name, Arguments: f.Arguments, Conditions: f.Conditions,
			Selections: flatSelections(f.Type.Name, f.Fields),
		}
		if f.Type.IsCompositeType() && len(f.Fields) == 0 {
			s.Selections = []plan.Selection{{Name: "__typename"}}
		}
		on := []string{f.Parent.Name}
		if f.Types != nil {
			on = f.Types.Names
		} else if on[0] == place || f.Name == "__typename" {
			list = append(list, s)
			continue
		}
		for _, object := range on {
			list = append(list, plan.Selection{On: object, Selections: []plan.Selection{s}})
		}
	}
	return list
}

// with returns the pair with the rewritten operation, and the variables that it still uses.
func (p *pair) with(document *ast.QueryDocument, op *ast.OperationDefinition) *pair {
	document.Fragments = nil
	declared := op.VariableDefinitions
	op.VariableDefinitions = nil
	print := func() string {
		var text strings.Builder
		formatter.NewFormatter(&text).FormatQueryDocument(document)
		return text.String()
	}
	body := print()
	changed := &pair{world: p.world, variables: map[string]any{}}
	for _, v := range declared {
		if regexp.MustCompile(`\$` + v.Variable + `\b`).MatchString(body) {
			op.VariableDefinitions = append(op.VariableDefinitions, v)
			if value, ok := p.variables[v.Variable]; ok {
				changed.variables[v.Variable] = value
			}
		}
	}
	changed.text = print()
	return changed
}
