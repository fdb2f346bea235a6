package subgraph

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkContexts checks that a contextual argument selects one value of its type on each type that
// sets its context, and that its objects can be looked up, because a look-up sends the value.
func (l *loader) checkContexts() {
	for _, t := range l.schema.Types {
		for _, c := range t.Contexts {
			if !federation.ValidContextName(c.Name) {
				l.fail(federation.ContextNameInvalid, c.Position, "type %q has @context(name: %q); "+
					"a name begins with a letter and goes on with letters and digits",
					t.Name, c.Name)
			}
		}
		contextual := false
		for _, f := range t.Fields {
			for i := range f.Contextual {
				contextual = true
				l.checkContextArgument(t, f, &f.Contextual[i])
			}
		}
		keyed := slices.ContainsFunc(t.Keys, func(k Key) bool { return k.Resolvable })
		if contextual && !keyed && t.Kind == ast.Object {
			l.fail(federation.ContextNoResolvableKey, t.Position, "type %q has a field "+
				"with a contextual argument, and no resolvable @key; add one", t.Name)
		}
	}
}

func (l *loader) checkContextArgument(t *Type, f *Field, a *ContextArgument) {
	where := t.Name + "." + f.Name + "(" + a.Name + ":)"
	fail := func(code federation.Code, format string, args ...any) {
		l.fail(code, a.directive.Position, where+": @fromContext(field: %q): "+format,
			append([]any{text(a.directive, "field")}, args...)...)
	}
	_, _, err := federation.ParseContextField(text(a.directive, "field"))
	setters := l.schema.setters(a.Context)
	switch {
	case t.Kind == ast.Interface:
		fail(federation.ContextNotSet, "%q is an interface, "+
			"whose fields have no contextual arguments; put them on the implementations", t.Name)
	case l.implementsField(t, f):
		fail(federation.ContextNotSet, "%s.%s implements a field of an interface, "+
			"and cannot have contextual arguments; "+
			"remove @fromContext, or the field of the interface", t.Name, f.Name)
	case a.DefaultValue != nil:
		fail(federation.ContextNotSet, "a contextual argument cannot have a default; remove it")
	case errors.Is(err, federation.ErrNoContext):
		fail(federation.NoContextInSelection, "%v", err)
	case len(setters) == 0:
		fail(federation.ContextNotSet,
			"no type sets the context %q; put @context(name: %q) on a type above",
			a.Context, a.Context)
	case err != nil:
		fail(federation.ContextInvalidSelection, "%v", err)
	case l.schema.conditionProblem(setters, a) != "":
		fail(federation.ContextInvalidSelection, "%s", l.schema.conditionProblem(setters, a))
	default:
		if a.byType() {
			setters = l.schema.objects(setters)
		}
		for _, setter := range setters {
			if problem := l.schema.contextProblem(setter, a); problem != "" {
				fail(federation.ContextInvalidSelection, "of type %q, %s", setter.Name, problem)
			}
		}
	}
}

// setters returns the types that set a context.
func (s *Schema) setters(context string) []*Type {
	return slices.DeleteFunc(slices.Clone(s.Types), func(t *Type) bool {
		return !slices.ContainsFunc(t.Contexts, func(c Context) bool { return c.Name == context })
	})
}

// objects returns the possible object types of the types.
func (s *Schema) objects(types []*Type) []*Type {
	var objects []*Type
	for _, t := range types {
		objects = append(objects, s.PossibleTypes(t)...)
	}
	return objects
}

func (l *loader) implementsField(t *Type, f *Field) bool {
	return slices.ContainsFunc(t.Interfaces, func(name string) bool {
		i := l.schema.Type(name)
		return i != nil && i.Field(f.Name) != nil
	})
}

// byType reports whether an argument has a selection for each type.
func (a *ContextArgument) byType() bool {
	_, fragment := a.Selections[0].(*ast.InlineFragment)
	return fragment
}

// conditionProblem says what is wrong with the type conditions of an argument's selection, or
// returns "".
func (s *Schema) conditionProblem(setters []*Type, a *ContextArgument) string {
	objects, seen := s.objects(setters), map[string]bool{}
	for _, selection := range a.Selections {
		fragment, ok := selection.(*ast.InlineFragment)
		if !ok {
			continue
		}
		name := fragment.TypeCondition
		switch on := s.Type(name); {
		case on == nil || on.Kind != ast.Object || on.InterfaceObject:
			return "\"" + name + "\" is no object type; " +
				"write a fragment for each object type that sets the context"
		case !slices.Contains(objects, on):
			return "no \"" + name + "\" sets the context; remove its fragment, or put @context on the type"
		case seen[name]:
			return "there are two fragments on \"" + name + "\"; remove one"
		}
		seen[name] = true
	}
	return ""
}

// contextProblem says what is wrong with an argument's selection on a type that sets its context,
// or returns "".
func (s *Schema) contextProblem(setter *Type, a *ContextArgument) string {
	set := a.Selections
	if a.byType() {
		set = fragmentOn(setter, set)
	}
	if len(set) == 0 {
		return "nothing is selected; add a fragment ... on " + setter.Name
	}
	t, problem := s.contextType(setter, set)
	if problem == "" && !suits(t, a.Type) {
		problem = "a value of type " + t.String() + " is selected, " +
			"which does not fit the argument's type " + a.Type.String() + "; " +
			"select one that does, or change the argument's type"
	}
	return problem
}

func fragmentOn(t *Type, set ast.SelectionSet) ast.SelectionSet {
	for _, selection := range set {
		if fragment, ok := selection.(*ast.InlineFragment); ok && fragment.TypeCondition == t.Name {
			return fragment.SelectionSet
		}
	}
	return nil
}

// contextType returns the type of the single value that a set selects.
func (s *Schema) contextType(parent *Type, set ast.SelectionSet) (*ast.Type, string) {
	selection, ok := set[0].(*ast.Field)
	if len(set) != 1 || !ok {
		return nil, "not one field is selected; select one"
	}
	field := parent.Field(selection.Name)
	isRequired := func(a *ast.ArgumentDefinition) bool {
		return a.Type.NonNull && a.DefaultValue == nil
	}
	switch {
	case field == nil:
		return nil, "there is no field " + parent.Name + "." + selection.Name + "; " +
			"add it to this subgraph, or select another"
	case slices.ContainsFunc(field.Arguments, isRequired):
		return nil, parent.Name + "." + field.Name + " needs arguments, and cannot be selected; " +
			"select another"
	}
	of := s.Type(field.Type.Name())
	composite := of != nil && of.IsCompositeType()
	switch {
	case composite != (len(selection.SelectionSet) > 0):
		return nil, parent.Name + "." + field.Name + " is of type " + field.Type.String() + "; " +
			"select one value that is no object"
	case !composite:
		return field.Type, ""
	}
	below, problem := s.contextType(of, selection.SelectionSet)
	if problem != "" {
		return nil, problem
	}
	return within(field.Type, below), ""
}

// within returns the type of a value that is selected inside a value of another type.
func within(outer, inner *ast.Type) *ast.Type {
	if outer.Elem == nil {
		t := *inner
		t.NonNull = inner.NonNull && outer.NonNull
		return &t
	}
	t := *outer
	t.Elem = within(outer.Elem, inner)
	return &t
}

// suits reports whether a value of one type is valid for another.
func suits(value, want *ast.Type) bool {
	if want.NonNull && !value.NonNull || (value.Elem == nil) != (want.Elem == nil) {
		return false
	}
	if value.Elem != nil {
		return suits(value.Elem, want.Elem)
	}
	return value.NamedType == want.NamedType
}
