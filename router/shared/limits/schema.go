package limits

import (
	"math"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// introspection returns the cost of the field __schema or __type. It is the exact cost of the
// answer, with deprecated elements.
func (b *builder) introspection(f *ast.Field) figures {
	complete := b.complete()
	if b.steps == 0 {
		b.steps = freeSteps + 2*(complete.objects+complete.values)
	}
	if b.known == nil {
		b.known = map[described]figures{}
	}
	c := counter{schema: b.schema, left: b.steps, known: b.known}
	c.root(f)
	b.steps = max(c.left, 1)
	if c.left == 0 {
		return figures{math.MaxUint64, math.MaxUint64, math.MaxUint64}
	}
	return c.figures
}

// freeSteps is the number of selections and types that introspection may visit in addition to
// twice the objects and values of a complete introspection. A larger introspection is refused.
const freeSteps = 500_000

// completeIntrospection returns the cost of the query that tools send.
func completeIntrospection(schema *ast.Schema) figures {
	reference := "kind name"
	for range 9 {
		reference = "kind name ofType{" + reference + "}"
	}
	value := "{name description type{" + reference + "} defaultValue isDeprecated deprecationReason}"
	text := strings.NewReplacer("REFERENCE", "{"+reference+"}", "VALUE", value).Replace(`{__schema{
		description queryType{name kind} mutationType{name kind} subscriptionType{name kind}
		types{kind name description specifiedByURL isOneOf
			fields{name description args VALUE type REFERENCE isDeprecated deprecationReason}
			inputFields VALUE interfaces REFERENCE
			enumValues{name description isDeprecated deprecationReason} possibleTypes REFERENCE}
		directives{name description isRepeatable locations args VALUE}}}`)
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return figures{}
	}
	c := counter{schema: schema, left: math.MaxUint64, known: map[described]figures{}}
	c.root(document.Operations[0].SelectionSet[0].(*ast.Field))
	return c.figures
}

// counter counts the objects and values in the answer to an introspection. Functions with the
// signature of root count the value of one field.
type counter struct {
	schema *ast.Schema
	figures
	left  uint64 // selections and types that may still be visited
	known map[described]figures
}

// described is a type as the value of a field. Its cost is counted once, because paths from type
// to type multiply, but types are few.
type described struct {
	field *ast.Field
	typ   *ast.Definition
}

func (c *counter) add(f figures) { c.figures = c.plus(f) }

func (c *counter) value() { c.add(figures{values: 1}) }

// object counts an object with the fields of a selection set.
func (c *counter) object(f *ast.Field, value func(*ast.Field)) {
	c.add(figures{objects: 1, weight: 1})
	c.set(f.SelectionSet, value)
}

func (c *counter) set(set ast.SelectionSet, value func(*ast.Field)) {
	for _, selection := range set {
		if c.left == 0 {
			return
		}
		c.left--
		switch of := selection.(type) {
		case *ast.Field:
			if len(of.SelectionSet) == 0 {
				c.value()
				continue
			}
			value(of)
		case *ast.InlineFragment:
			c.set(of.SelectionSet, value)
		case *ast.FragmentSpread:
			if of.Definition != nil {
				c.set(of.Definition.SelectionSet, value)
			}
		}
	}
}

func (c *counter) root(f *ast.Field) {
	if f.Name == "__schema" {
		c.object(f, c.schemaField)
		return
	}
	name := f.Arguments.ForName("name")
	if name == nil || name.Value.Kind == ast.Variable {
		c.add(c.worst(f))
		return
	}
	c.named(f, c.schema.Types[name.Value.Raw])
}

// worst returns the cost of the most expensive type with these selections. Objects and values can
// come from two different types.
func (c *counter) worst(f *ast.Field) figures {
	most := figures{values: 1} // null, if there is no type with that name
	for _, definition := range c.schema.Types {
		cost := c.cost(f, definition)
		most = figures{
			max(most.objects, cost.objects), max(most.values, cost.values), max(most.weight, cost.weight),
		}
	}
	return most
}

func (c *counter) schemaField(f *ast.Field) {
	switch f.Name {
	case "types":
		for _, definition := range c.schema.Types {
			c.named(f, definition)
		}
	case "directives":
		for _, directive := range c.schema.Directives {
			c.object(f, func(f *ast.Field) { c.arguments(f, directive.Arguments) })
		}
	case "queryType":
		c.named(f, c.schema.Query)
	case "mutationType":
		c.named(f, c.schema.Mutation)
	case "subscriptionType":
		c.named(f, c.schema.Subscription)
	}
}

// named counts a named type, or null if there is none.
func (c *counter) named(f *ast.Field, d *ast.Definition) {
	if d == nil {
		c.value()
		return
	}
	c.add(c.cost(f, d))
}

// cost returns the cost of a type.
func (c *counter) cost(f *ast.Field, d *ast.Definition) figures {
	if c.left == 0 {
		return figures{}
	}
	c.left--
	id := described{f, d}
	cost, known := c.known[id]
	if !known {
		of := counter{schema: c.schema, left: c.left, known: c.known}
		of.object(f, func(f *ast.Field) { of.typeField(f, d) })
		c.left, cost = of.left, of.figures
		c.known[id] = cost
	}
	return cost
}

func (c *counter) typeField(f *ast.Field, d *ast.Definition) {
	hasFields := d.Kind == ast.Object || d.Kind == ast.Interface
	switch {
	case f.Name == "fields" && hasFields:
		for _, field := range d.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				c.object(f, func(f *ast.Field) { c.fieldField(f, field) })
			}
		}
	case f.Name == "interfaces" && hasFields:
		for _, name := range d.Interfaces {
			c.named(f, c.schema.Types[name])
		}
	case f.Name == "possibleTypes" && d.IsAbstractType():
		for _, possible := range c.schema.PossibleTypes[d.Name] {
			c.named(f, possible)
		}
	case f.Name == "enumValues" && d.Kind == ast.Enum:
		for range d.EnumValues {
			c.object(f, func(*ast.Field) {})
		}
	case f.Name == "inputFields" && d.Kind == ast.InputObject:
		for _, field := range d.Fields {
			c.object(f, func(f *ast.Field) { c.typ(f, field.Type) })
		}
	default:
		c.value()
	}
}

func (c *counter) fieldField(f *ast.Field, definition *ast.FieldDefinition) {
	if f.Name == "args" {
		c.arguments(f, definition.Arguments)
		return
	}
	c.typ(f, definition.Type)
}

func (c *counter) arguments(f *ast.Field, list ast.ArgumentDefinitionList) {
	for _, argument := range list {
		c.object(f, func(f *ast.Field) { c.typ(f, argument.Type) })
	}
}

// typ counts a reference to a type: non-null types and lists wrap other types.
func (c *counter) typ(f *ast.Field, t *ast.Type) {
	var of *ast.Type
	switch {
	case t.NonNull:
		nullable := *t
		nullable.NonNull = false
		of = &nullable
	case t.Elem != nil:
		of = t.Elem
	default:
		c.named(f, c.schema.Types[t.NamedType])
		return
	}
	c.object(f, func(f *ast.Field) {
		if f.Name == "ofType" {
			c.typ(f, of)
			return
		}
		c.value()
	})
}
