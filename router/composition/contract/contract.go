// Package contract makes variants of a schema that hide some of its elements, chosen by @tag.
//
//	Schema, Rules ──Filter──▶ Schema with more @inaccessible elements
//
// Input: a composed schema, and the tags that a contract includes and excludes. Output: a schema
// whose API does not have the hidden elements, not even in introspection. Its subgraphs and joins
// are the same, so plans may use hidden fields as keys and requirements.
//
// # Rules
//
//  1. An element with an excluded tag is hidden. An element is a type, a field, an argument, an
//     enum value or an input field.
//  2. If the contract includes tags, a field of an object or interface is hidden unless it or its
//     type has one of them. Arguments, input fields and enum values need no tag: they are visible
//     if a visible field uses them.
//  3. A type without visible fields, members or values is hidden. A field, member or argument is
//     hidden if its type is hidden.
//  4. A type is hidden if no visible field, and no argument of a directive, leads to it.
//
// A hidden argument or input field must not be required, and a default must not be a hidden value.
// A visible field of an interface must be visible in each type that implements the interface, and
// Query must have a visible field. Filter reports all violations together.
package contract

import (
	"errors"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// Rules are the tags of a contract. An element with tags of both lists is hidden.
type Rules struct {
	// Include are the tags of which a visible field needs at least one. If it is empty, fields need
	// no tag.
	Include []string
	// Exclude are the tags that hide an element.
	Exclude []string
}

// Filter returns the schema of a contract. It does not change the original.
func Filter(schema *supergraph.Schema, rules Rules) (*supergraph.Schema, error) {
	f := filter{schema: schema, rules: rules, hidden: map[string]bool{}}
	f.hideByTags()
	f.hideEmpty()
	f.hideUnreachable()
	if err := f.check(); err != nil {
		return nil, err
	}
	filtered := f.filtered()
	if err := filtered.Finish(); err != nil {
		return nil, fmt.Errorf("the contract's API schema: %w", err)
	}
	return filtered, nil
}

// filter collects the hidden elements by their coordinates: T, T.field, T.field(argument:).
type filter struct {
	schema *supergraph.Schema
	rules  Rules
	hidden map[string]bool
}

func fieldOf(t *supergraph.Type, name string) string { return t.Name + "." + name }

func argumentOf(t *supergraph.Type, field, name string) string {
	return fieldOf(t, field) + "(" + name + ":)"
}

// hideByTags applies rules 1 and 2.
func (f *filter) hideByTags() {
	for _, t := range f.schema.Types {
		f.hideIf(f.excluded(t.Directives), t.Name)
		output := t.Kind == ast.Object || t.Kind == ast.Interface
		for _, field := range t.Fields {
			unlisted := output && len(f.rules.Include) > 0 &&
				!hasTag(t.Directives, f.rules.Include) && !hasTag(field.Directives, f.rules.Include)
			f.hideIf(unlisted || f.excluded(field.Directives), fieldOf(t, field.Name))
			for _, a := range field.Arguments {
				f.hideIf(f.excluded(a.Directives), argumentOf(t, field.Name, a.Name))
			}
		}
		for _, v := range t.Values {
			f.hideIf(f.excluded(v.Directives), fieldOf(t, v.Name))
		}
	}
}

func (f *filter) hideIf(hide bool, coordinate string) {
	if hide {
		f.hidden[coordinate] = true
	}
}

// excluded reports whether an element is hidden by its own directives: it is @inaccessible, or has
// an excluded tag.
func (f *filter) excluded(directives ast.DirectiveList) bool {
	return supergraph.Inaccessible(directives) || hasTag(directives, f.rules.Exclude)
}

func hasTag(directives ast.DirectiveList, tags []string) bool {
	return slices.ContainsFunc(directives, func(d *ast.Directive) bool {
		if d.Name != federation.Tag {
			return false
		}
		name := d.Arguments.ForName("name")
		return name != nil && slices.Contains(tags, name.Value.Raw)
	})
}

// hideEmpty applies rule 3 until nothing changes.
func (f *filter) hideEmpty() {
	for before := -1; before != len(f.hidden); {
		before = len(f.hidden)
		for _, t := range f.schema.Types {
			for _, field := range t.Fields {
				f.hideIf(f.hidden[field.Type.Name()], fieldOf(t, field.Name))
				for _, a := range field.Arguments {
					f.hideIf(f.hidden[a.Type.Name()], argumentOf(t, field.Name, a.Name))
				}
			}
			f.hideIf(f.isEmpty(t), t.Name)
		}
	}
}

func (f *filter) isEmpty(t *supergraph.Type) bool {
	isHidden := func(name string) bool { return f.hidden[fieldOf(t, name)] }
	switch t.Kind {
	case ast.Object, ast.Interface, ast.InputObject:
		return !slices.ContainsFunc(t.Fields, func(field *supergraph.Field) bool {
			return !isHidden(field.Name)
		})
	case ast.Union:
		return !slices.ContainsFunc(t.Members, func(m supergraph.Membership) bool {
			return !f.hidden[m.Name]
		})
	case ast.Enum:
		return !slices.ContainsFunc(t.Values, func(v *supergraph.EnumValue) bool {
			return !isHidden(v.Name)
		})
	default:
		return false
	}
}

// hideUnreachable applies rule 4.
func (f *filter) hideUnreachable() {
	r := reach{filter: f, types: map[string]bool{}}
	for _, kind := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		r.visit(f.schema.Root(kind))
	}
	for _, d := range f.schema.Directives {
		for _, a := range d.Arguments {
			r.visit(a.Type.Name())
		}
	}
	for _, t := range f.schema.Types {
		f.hideIf(!r.types[t.Name], t.Name)
	}
}

// reach collects the types that visible elements use.
type reach struct {
	*filter
	types map[string]bool
}

func (r *reach) visit(name string) {
	t := r.schema.Type(name)
	if t == nil || r.types[name] || r.hidden[name] {
		return
	}
	r.types[name] = true
	for _, field := range t.Fields {
		if r.hidden[fieldOf(t, field.Name)] {
			continue
		}
		r.visit(field.Type.Name())
		for _, a := range field.Arguments {
			if !r.hidden[argumentOf(t, field.Name, a.Name)] {
				r.visit(a.Type.Name())
			}
		}
	}
	for _, m := range t.Members {
		r.visit(m.Name)
	}
	for _, i := range t.Interfaces {
		r.visit(i.Name)
	}
	if t.Kind == ast.Interface {
		for _, other := range r.schema.Types {
			if implements(other, name) {
				r.visit(other.Name)
			}
		}
	}
}

func implements(t *supergraph.Type, name string) bool {
	return slices.ContainsFunc(t.Interfaces, func(m supergraph.Membership) bool {
		return m.Name == name
	})
}

// report adds a problem.
type report func(format string, args ...any)

// check reports hidden elements that the API needs.
func (f *filter) check() error {
	var problems []error
	report := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf(format, args...))
	}
	if f.hidden[f.schema.Query] {
		report("no field of %s is visible; include the tag of one", f.schema.Query)
	}
	for _, t := range f.schema.Types {
		if f.hidden[t.Name] {
			continue
		}
		for _, field := range t.Fields {
			if f.hidden[fieldOf(t, field.Name)] {
				f.checkHidden(t, field, report)
				continue
			}
			f.checkVisible(t, field, report)
		}
		f.checkInterfaces(t, report)
	}
	return errors.Join(problems...)
}

// checkHidden reports a hidden input field that is required.
func (f *filter) checkHidden(t *supergraph.Type, field *supergraph.Field, report report) {
	if t.Kind == ast.InputObject && field.Type.NonNull && field.Default == nil {
		report("%s is hidden but required; give it a default, or do not exclude it",
			fieldOf(t, field.Name))
	}
}

// checkVisible reports hidden arguments and default values that a visible field needs.
func (f *filter) checkVisible(t *supergraph.Type, field *supergraph.Field, report report) {
	if f.isHiddenValue(field.Type, field.Default) {
		report("the default of %s is %s, which names something hidden",
			fieldOf(t, field.Name), field.Default)
	}
	for _, a := range field.Arguments {
		at := argumentOf(t, field.Name, a.Name)
		if f.hidden[at] && a.Type.NonNull && a.DefaultValue == nil {
			report("%s is hidden but required; give it a default, or do not exclude it", at)
		}
		if !f.hidden[at] && f.isHiddenValue(a.Type, a.DefaultValue) {
			report("the default of %s is %s, which names something hidden", at, a.DefaultValue)
		}
	}
}

// isHiddenValue reports whether a default has an enum value or an input field that is hidden, at
// any depth. Introspection shows defaults as they are.
func (f *filter) isHiddenValue(of *ast.Type, value *ast.Value) bool {
	if value == nil {
		return false
	}
	switch value.Kind {
	case ast.EnumValue:
		return f.hidden[of.Name()+"."+value.Raw]
	case ast.ListValue:
		return slices.ContainsFunc(value.Children, func(c *ast.ChildValue) bool {
			return f.isHiddenValue(of, c.Value)
		})
	case ast.ObjectValue:
		t := f.schema.Type(of.Name())
		return t != nil && slices.ContainsFunc(value.Children, func(c *ast.ChildValue) bool {
			field := t.Field(c.Name)
			return field != nil &&
				(f.hidden[fieldOf(t, c.Name)] || f.isHiddenValue(field.Type, c.Value))
		})
	default:
		return false
	}
}

// checkInterfaces reports fields that are visible in an interface but hidden in a type that
// implements it.
func (f *filter) checkInterfaces(t *supergraph.Type, report report) {
	for _, m := range t.Interfaces {
		i := f.schema.Type(m.Name)
		if i == nil || f.hidden[i.Name] {
			continue
		}
		for _, field := range i.Fields {
			if !f.hidden[fieldOf(i, field.Name)] && f.hidden[fieldOf(t, field.Name)] {
				report("%s is visible in the interface, but %s is hidden; give both the same tags",
					fieldOf(i, field.Name), fieldOf(t, field.Name))
			}
		}
	}
}

// filtered returns a copy of the schema in which all hidden elements are @inaccessible.
func (f *filter) filtered() *supergraph.Schema {
	filtered := *f.schema
	filtered.Types = nil
	for _, t := range f.schema.Types {
		own := *t
		own.Directives = f.mark(t.Directives, t.Name)
		own.Fields, own.Values = nil, nil
		for _, field := range t.Fields {
			changed := *field
			changed.Directives = f.mark(field.Directives, fieldOf(t, field.Name))
			changed.Arguments = nil
			for _, a := range field.Arguments {
				argument := *a
				argument.Directives = f.mark(a.Directives, argumentOf(t, field.Name, a.Name))
				changed.Arguments = append(changed.Arguments, &argument)
			}
			own.Fields = append(own.Fields, &changed)
		}
		for _, v := range t.Values {
			changed := *v
			changed.Directives = f.mark(v.Directives, fieldOf(t, v.Name))
			own.Values = append(own.Values, &changed)
		}
		filtered.Types = append(filtered.Types, &own)
	}
	for kind, root := range map[ast.Operation]*string{
		ast.Mutation: &filtered.Mutation, ast.Subscription: &filtered.Subscription,
	} {
		if f.hidden[f.schema.Root(kind)] {
			*root = ""
		}
	}
	return &filtered
}

func (f *filter) mark(directives ast.DirectiveList, coordinate string) ast.DirectiveList {
	if !f.hidden[coordinate] || supergraph.Inaccessible(directives) {
		return directives
	}
	return append(slices.Clone(directives), &ast.Directive{Name: federation.Inaccessible})
}
