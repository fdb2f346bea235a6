package plan

import (
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// ContextValue is the value of a contextual argument. It is read from the nearest object above the
// target that sets the context. Objects with different values are looked up separately.
type ContextValue struct {
	// Variable replaces the value in the document; Type is the argument's type.
	Variable string
	Type     *ast.Type
	// Sources are the positions that may have the value, the nearest first. For an object without
	// one, the value is null.
	Sources []ContextSource
}

// ContextSource is one position of the value.
type ContextSource struct {
	// Depth is how many steps of the target's path lead to the object that sets the context.
	Depth int
	// Types are the run-time types whose objects set the context; nil for all.
	Types *operation.TypeSet
	// Member leads to the value. Below it, the path follows the one member whose types include the
	// object's.
	Member Member
}

// ContextVariables returns the declarations of the variables for contexts, each once.
func (f *Fetch) ContextVariables() ast.VariableDefinitionList {
	var list ast.VariableDefinitionList
	for i := range f.Lookups {
		for _, c := range f.Lookups[i].contexts() {
			list = append(list, &ast.VariableDefinition{Variable: c.Variable, Type: c.Type})
		}
	}
	return list
}

func (l *Lookup) contexts() []ContextValue {
	if len(l.Targets) == 0 {
		return nil
	}
	return l.Targets[0].Contexts
}

// Contextual reports whether the look-up's objects may need separate look-ups.
func (l *Lookup) Contextual() bool { return len(l.contexts()) > 0 }

// Group returns the look-up for the objects with the n-th combination of values.
func (l *Lookup) Group(n int) Lookup {
	if n == 0 {
		return *l
	}
	number := strconv.Itoa(n)
	own := l.Prefixed("group" + number)
	own.Alias += "_" + number
	own.Variable += "_" + number
	return own
}

// Prefixed returns the look-up with a prefix on the variables for contexts. A suffix would be
// ambiguous, because an argument's name may end in anything.
func (l *Lookup) Prefixed(prefix string) Lookup {
	own := *l
	if !l.Contextual() {
		return own
	}
	var names []string
	for _, c := range l.contexts() {
		names = append(names, c.Variable)
	}
	own.Selections = prefixed(l.Selections, names, prefix)
	own.Targets = slices.Clone(l.Targets)
	for i := range own.Targets {
		contexts := slices.Clone(own.Targets[i].Contexts)
		for c := range contexts {
			contexts[c].Variable = prefix + "_" + contexts[c].Variable
		}
		own.Targets[i].Contexts = contexts
	}
	return own
}

func prefixed(selections []Selection, names []string, prefix string) []Selection {
	list := slices.Clone(selections)
	for i := range list {
		arguments := slices.Clone(list[i].Arguments)
		for n, a := range arguments {
			if a.Value.Kind == ast.Variable && slices.Contains(names, a.Value.Raw) {
				value := &ast.Value{Kind: ast.Variable, Raw: prefix + "_" + a.Value.Raw}
				arguments[n] = &ast.Argument{Name: a.Name, Value: value}
			}
		}
		list[i].Arguments = arguments
		list[i].Selections = prefixed(list[i].Selections, names, prefix)
	}
	return list
}

// VariablesFor returns the names of the client's variables that the look-ups use.
func (f *Fetch) VariablesFor(lookups []Lookup) []string {
	var asked []Selection
	for i := range lookups {
		asked = append(asked, lookups[i].Selections...)
	}
	used := VariablesIn(asked)
	return slices.DeleteFunc(slices.Clone(f.Variables), func(name string) bool {
		return !slices.Contains(used, name)
	})
}

// DocumentFor returns the document for look-ups, of which some may be repeated and some left out.
func (f *Fetch) DocumentFor(lookups []Lookup) string {
	var declared ast.VariableDefinitionList
	for _, name := range f.VariablesFor(lookups) {
		declared = append(declared, f.Declared.ForName(name))
	}
	var root []Selection
	for i := range lookups {
		l := &lookups[i]
		declared = append(declared, &ast.VariableDefinition{
			Variable: l.Variable, Type: ast.NonNullListType(ast.NonNullNamedType("_Any", nil), nil),
		})
		for _, c := range l.contexts() {
			declared = append(declared, &ast.VariableDefinition{Variable: c.Variable, Type: c.Type})
		}
		field := Selection{Alias: l.Alias, Name: "_entities", Selections: l.Selections}
		field.Arguments = ast.ArgumentList{{
			Name: "representations", Value: &ast.Value{Kind: ast.Variable, Raw: l.Variable},
		}}
		if field.Alias == field.Name {
			field.Alias = ""
		}
		root = append(root, field)
	}
	return PrintDocument(f.Kind, declared, root)
}

func contextText(t Target, c ContextValue) string {
	text := "$" + c.Variable
	for i, source := range c.Sources {
		at := PathText(t.Path[:source.Depth])
		if at == "" {
			at = "root"
		}
		text += separator(i, " from ", " or ") + at + typesText(source.Types) +
			" {" + membersText([]Member{source.Member}) + " }"
	}
	return text
}
