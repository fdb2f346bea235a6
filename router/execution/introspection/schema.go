package introspection

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// schemaField writes a field of __Schema.
func (w *writer) schemaField(f field) {
	s := w.schema
	switch f.Name {
	case "description":
		w.text(s.Description)
	case "types":
		names := slices.Sorted(maps.Keys(s.Types))
		list(w, names, func(name string) { w.named(f, s.Types[name]) })
	case "queryType":
		w.named(f, s.Query)
	case "mutationType":
		w.named(f, s.Mutation)
	case "subscriptionType":
		w.named(f, s.Subscription)
	case "directives":
		names := slices.Sorted(maps.Keys(s.Directives))
		list(w, names, func(name string) { w.directive(f, s.Directives[name]) })
	default:
		w.null()
	}
}

func (w *writer) directive(f field, d *ast.DirectiveDefinition) {
	w.object(f.inner, "__Directive", func(f field) {
		switch f.Name {
		case "name":
			w.string(d.Name)
		case "description":
			w.text(d.Description)
		case "isRepeatable":
			w.bool(d.IsRepeatable)
		case "locations":
			list(w, d.Locations, func(l ast.DirectiveLocation) { w.string(string(l)) })
		case "args":
			w.arguments(f, d.Arguments)
		default:
			w.null()
		}
	})
}

// typ writes a reference to a type as a __Type: non-null types and lists wrap other types.
func (w *writer) typ(f field, t *ast.Type) {
	switch {
	case t.NonNull:
		nullable := *t
		nullable.NonNull = false
		w.wrapper(f, "NON_NULL", &nullable)
	case t.Elem != nil:
		w.wrapper(f, "LIST", t.Elem)
	default:
		w.named(f, w.schema.Types[t.NamedType])
	}
}

func (w *writer) wrapper(f field, kind string, of *ast.Type) {
	w.object(f.inner, "__Type", func(f field) {
		switch f.Name {
		case "kind":
			w.string(kind)
		case "ofType":
			w.typ(f, of)
		default:
			w.null()
		}
	})
}

// named writes a named type, or null if there is none.
func (w *writer) named(f field, d *ast.Definition) {
	if d == nil {
		w.null()
		return
	}
	w.object(f.inner, "__Type", func(f field) { w.typeField(f, d) })
}

// typeField writes a field of __Type. Fields that do not apply to the kind of type are null.
func (w *writer) typeField(f field, d *ast.Definition) {
	hasFields := d.Kind == ast.Object || d.Kind == ast.Interface
	switch {
	case f.Name == "kind":
		w.string(string(d.Kind))
	case f.Name == "name":
		w.string(d.Name)
	case f.Name == "description":
		w.text(d.Description)
	case f.Name == "specifiedByURL" && d.Kind == ast.Scalar:
		w.text(directiveText(d.Directives, "specifiedBy", "url"))
	case f.Name == "fields" && hasFields:
		w.fields(f, d)
	case f.Name == "interfaces" && hasFields:
		list(w, d.Interfaces, func(name string) { w.named(f, w.schema.Types[name]) })
	case f.Name == "possibleTypes" && d.IsAbstractType():
		list(w, w.possible(d), func(possible *ast.Definition) { w.named(f, possible) })
	case f.Name == "enumValues" && d.Kind == ast.Enum:
		w.enumValues(f, d)
	case f.Name == "inputFields" && d.Kind == ast.InputObject:
		w.inputFields(f, d)
	case f.Name == "isOneOf" && d.Kind == ast.InputObject:
		w.bool(d.Directives.ForName("oneOf") != nil)
	default:
		w.null()
	}
}

// possible returns the object types of an interface or union, sorted by name.
func (w *writer) possible(d *ast.Definition) []*ast.Definition {
	var objects []*ast.Definition
	for _, possible := range w.schema.PossibleTypes[d.Name] {
		if possible.Kind == ast.Object {
			objects = append(objects, possible)
		}
	}
	slices.SortFunc(objects, func(a, b *ast.Definition) int {
		return strings.Compare(a.Name, b.Name)
	})
	return objects
}

// shown reports whether an element belongs to the requested list, which may exclude deprecated
// elements.
func (w *writer) shown(f field, directives ast.DirectiveList) bool {
	all, _ := w.argument(f, "includeDeprecated").(bool)
	return all || directives.ForName("deprecated") == nil
}

func (w *writer) fields(f field, d *ast.Definition) {
	var shown []*ast.FieldDefinition
	for _, definition := range d.Fields {
		if !strings.HasPrefix(definition.Name, "__") && w.shown(f, definition.Directives) {
			shown = append(shown, definition)
		}
	}
	list(w, shown, func(definition *ast.FieldDefinition) {
		w.object(f.inner, "__Field", func(f field) { w.fieldField(f, definition) })
	})
}

// fieldField writes a field of __Field.
func (w *writer) fieldField(f field, definition *ast.FieldDefinition) {
	switch f.Name {
	case "name":
		w.string(definition.Name)
	case "description":
		w.text(definition.Description)
	case "args":
		w.arguments(f, definition.Arguments)
	case "type":
		w.typ(f, definition.Type)
	default:
		w.deprecation(f, definition.Directives)
	}
}

func (w *writer) enumValues(f field, d *ast.Definition) {
	var shown []*ast.EnumValueDefinition
	for _, value := range d.EnumValues {
		if w.shown(f, value.Directives) {
			shown = append(shown, value)
		}
	}
	list(w, shown, func(value *ast.EnumValueDefinition) {
		w.object(f.inner, "__EnumValue", func(f field) {
			switch f.Name {
			case "name":
				w.string(value.Name)
			case "description":
				w.text(value.Description)
			default:
				w.deprecation(f, value.Directives)
			}
		})
	})
}

// inputFields converts input fields to arguments, which have the same form.
func (w *writer) inputFields(f field, d *ast.Definition) {
	arguments := make(ast.ArgumentDefinitionList, len(d.Fields))
	for i, input := range d.Fields {
		arguments[i] = &ast.ArgumentDefinition{
			Name:         input.Name,
			Description:  input.Description,
			Type:         input.Type,
			DefaultValue: input.DefaultValue,
			Directives:   input.Directives,
		}
	}
	w.arguments(f, arguments)
}

func (w *writer) arguments(f field, arguments ast.ArgumentDefinitionList) {
	var shown []*ast.ArgumentDefinition
	for _, argument := range arguments {
		if w.shown(f, argument.Directives) {
			shown = append(shown, argument)
		}
	}
	list(w, shown, func(argument *ast.ArgumentDefinition) {
		w.object(f.inner, "__InputValue", func(f field) { w.inputValueField(f, argument) })
	})
}

// inputValueField writes a field of __InputValue.
func (w *writer) inputValueField(f field, argument *ast.ArgumentDefinition) {
	switch f.Name {
	case "name":
		w.string(argument.Name)
	case "description":
		w.text(argument.Description)
	case "type":
		w.typ(f, argument.Type)
	case "defaultValue":
		if argument.DefaultValue == nil {
			w.null()
			return
		}
		w.string(argument.DefaultValue.String())
	default:
		w.deprecation(f, argument.Directives)
	}
}

// deprecation writes isDeprecated and deprecationReason.
func (w *writer) deprecation(f field, directives ast.DirectiveList) {
	deprecated := directives.ForName("deprecated")
	switch {
	case f.Name == "isDeprecated":
		w.bool(deprecated != nil)
	case f.Name == "deprecationReason" && deprecated != nil:
		reason := directiveText(directives, "deprecated", "reason")
		if reason == "" {
			reason = "No longer supported"
		}
		w.string(reason)
	default:
		w.null()
	}
}

// directiveText returns the value of a directive's argument, or "" if it is not given.
func directiveText(directives ast.DirectiveList, directive, argument string) string {
	applied := directives.ForName(directive)
	if applied == nil {
		return ""
	}
	if given := applied.Arguments.ForName(argument); given != nil {
		return given.Value.Raw
	}
	return ""
}
