package subgraph

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkCosts reports @cost on interfaces, and @listSize on fields that are not lists or with
// arguments that are not counts.
func (l *loader) checkCosts() {
	for _, t := range l.schema.Types {
		if d := t.Directives.ForName(federation.Cost); d != nil && t.InterfaceObject {
			l.fail(federation.CostAppliedToInterfaceField, d.Position,
				"@interfaceObject %s has @cost, but stands for an interface; "+
					"put it on the types of its objects", t.Name)
		}
		for _, f := range t.Fields {
			if d := f.Directives.ForName(federation.Cost); d != nil && t.Kind == ast.Interface {
				l.fail(federation.CostAppliedToInterfaceField, d.Position,
					"%s.%s is a field of an interface and cannot have @cost; "+
						"put it on the fields that implement it", t.Name, f.Name)
			}
			if d := f.Directives.ForName(federation.ListSize); d != nil {
				listSize{l, t.Name + "." + f.Name, f, d}.check()
			}
		}
	}
}

// listSize is one @listSize.
type listSize struct {
	*loader
	where     string
	field     *Field
	directive *ast.Directive
}

func (s listSize) check() {
	sized := s.names("sizedFields")
	if len(sized) == 0 && s.field.Type.Elem == nil {
		s.report(federation.ListSizeAppliedToNonList, "it is of type %s, which is no list; "+
			"remove @listSize, or name fields that are lists with sizedFields", s.field.Type)
	}
	if size, _ := strconv.Atoi(text(s.directive, "assumedSize")); size < 0 {
		s.report(federation.ListSizeInvalidAssumedSize,
			"the assumed size %d is negative; write zero or more", size)
	}
	for _, name := range s.names("slicingArguments") {
		s.slicing(name)
	}
	of := s.schema.Type(s.field.Type.Name())
	if len(sized) > 0 && (of == nil || !of.IsCompositeType()) {
		s.report(federation.ListSizeInvalidSizedField,
			"it is of type %s, which has no fields to be sized; leave out sizedFields",
			s.field.Type)
		return
	}
	for _, name := range sized {
		s.sized(of, name)
	}
}

func (s listSize) slicing(name string) {
	switch a := s.argument(name); {
	case a == nil:
		s.report(federation.ListSizeInvalidSlicingArgument,
			"there is no argument %q; add it, or leave it out of slicingArguments", name)
	case a.Type.NamedType != "Int":
		s.report(federation.ListSizeInvalidSlicingArgument,
			"the argument %q is of type %s, which is no count; "+
				"make it an Int, or leave it out of slicingArguments", name, a.Type)
	}
}

// argument returns an argument, including contextual ones.
func (s listSize) argument(name string) *ast.ArgumentDefinition {
	for _, a := range s.field.Contextual {
		if a.Name == name {
			return a.ArgumentDefinition
		}
	}
	return s.field.Arguments.ForName(name)
}

func (s listSize) sized(of *Type, name string) {
	switch f := of.Field(name); {
	case f == nil:
		s.report(federation.ListSizeInvalidSizedField,
			"type %s has no field %q to be sized; add it, or leave it out of sizedFields",
			of.Name, name)
	case f.Type.Elem == nil:
		s.report(federation.ListSizeAppliedToNonList,
			"the sized field %s.%s is of type %s, which is no list; leave it out of sizedFields",
			of.Name, name, f.Type)
	}
}

// names returns the elements of an argument that is a list of names.
func (s listSize) names(argument string) []string {
	if a := s.directive.Arguments.ForName(argument); a != nil {
		return federation.Strings(a.Value)
	}
	return nil
}

func (s listSize) report(code federation.Code, format string, args ...any) {
	s.fail(code, s.directive.Position, s.where+" has @listSize: "+format, args...)
}
