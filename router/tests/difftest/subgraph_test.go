package difftest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// fleet is all subgraphs of a world, in memory.
type fleet struct {
	*world
	schemas  []*ast.Schema
	coverage *coverage
	// apart is true if each subgraph has values of its own for types of which subgraphs know
	// different members.
	apart bool
	// hides, if set, says what subgraphs must not be asked for.
	hides func(object, field string) bool

	mu sync.Mutex
	// complaints are the requests that the router must not have sent, whatever their result.
	complaints []string
	// requests are the router's requests, for people to read.
	requests []string
	// journal lists the root fields of mutations in the order of their execution.
	journal []string
}

func newFleet(w *world, c *coverage) (*fleet, error) {
	f := &fleet{world: w, coverage: c}
	for s := range w.subgraphs {
		schema, err := w.served(s)
		if err != nil {
			return nil, fmt.Errorf("subgraph %s: %w", subgraphName(s), err)
		}
		f.schemas = append(f.schemas, schema)
	}
	return f, nil
}

// Fetch answers for the subgraph with that name.
func (f *fleet) Fetch(_ context.Context, name string, body []byte) ([]byte, error) {
	var request struct {
		Query     string
		Variables map[string]any
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&request); err != nil {
		return nil, err
	}
	c := &call{fleet: f, subgraph: int(name[0] - 'a')}
	data, err := c.answer(request.Query, request.Variables)
	answer := map[string]any{"data": data}
	var list []map[string]any
	if err != nil {
		c.complain("%s", err)
		list = append(list, map[string]any{"message": err.Error()})
	}
	for _, e := range c.execution.errors {
		list = append(list, map[string]any{"message": e.message, "path": e.path})
	}
	if list != nil {
		answer["errors"] = list
	}
	text := encode(answer)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, fmt.Sprintf("%s %s\n  %s\n  %s", name, request.Query, encode(request.Variables), text))
	return []byte(text), nil
}

// call is one request to one subgraph.
type call struct {
	*fleet
	subgraph  int
	execution execution
	mutation  bool
}

func (c *call) complain(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complaints = append(c.complaints, subgraphName(c.subgraph)+": "+fmt.Sprintf(format, args...))
}

func (c *call) answer(query string, variables map[string]any) (any, error) {
	schema := c.schemas[c.subgraph]
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		return nil, fmt.Errorf("the document does not parse: %w", err)
	}
	if errs := validator.ValidateWithRules(schema, document, nil); len(errs) > 0 {
		return nil, fmt.Errorf("the document is not valid: %w", errs)
	}
	if len(document.Operations) != 1 {
		return nil, errors.New("the document has not one operation")
	}
	operation := document.Operations[0]
	values, err := validator.VariableValues(schema, operation, variables)
	if err != nil {
		return nil, fmt.Errorf("the variables do not fit: %w", err)
	}
	c.execution = execution{
		schema:    schema,
		variables: values,
		resolve:   c.resolve,
		typeName:  func(o *object) string { return c.localType(o.typ, c.subgraph).name },
	}
	start := &object{typ: c.query}
	if operation.Operation == ast.Mutation {
		start = &object{typ: c.world.mutation}
		c.mutation = true
	}
	return c.execution.execute(start, operation), nil
}

// resolve returns a field's value if the subgraph may resolve the field.
func (c *call) resolve(o *object, asked *ast.Field, args map[string]any) (any, error) {
	if asked.Name == "_entities" && o.typ == c.query {
		return c.entities(args["representations"])
	}
	typ := c.localType(o.typ, c.subgraph)
	f, here := o.typ.field(asked.Name), typ.field(asked.Name).in[c.subgraph]
	if o.typ == c.world.mutation {
		c.mu.Lock()
		c.journal = append(c.journal, asked.Name+encode(args))
		c.mu.Unlock()
	}
	if c.hides != nil && c.hides(o.typ.name, f.name) && !c.isKey(o.typ, f) {
		c.complain("the client may not see %s.%s", o.typ.name, f.name)
	}
	if typ.kind == interfaceType {
		c.coverage.answered("interface object")
	}
	if c.apart {
		f = c.own(f)
	}
	if here.label != "" {
		c.coverage.answered("override by a label")
	}
	below, provided := c.providedBelow(o, asked.Name)
	var value any
	var err error
	switch {
	case here.overridden:
		err = c.refuse("%s.%s was overridden", typ.name, f.name)
	case here.external && !provided:
		err = c.refuse("%s.%s is external and not provided here", typ.name, f.name)
	case here.external:
		c.coverage.answered("@provides")
		value, err = c.truth(o, f, args)
	case here.requires != "":
		value, err = c.required(o, f, args)
	case f.contextual:
		value, err = c.withContext(o, f, args)
	default:
		value, err = c.value(o, f, args, "")
	}
	if here.provided != nil {
		below = append(below, here.provided)
	}
	return c.arriving(value, below), err
}

func (c *call) refuse(format string, args ...any) error {
	c.complain(format, args...)
	return fmt.Errorf(format, args...)
}

// providedBelow looks for a field among the fields that the path to the object provides.
func (c *call) providedBelow(o *object, name string) (below []ast.SelectionSet, found bool) {
	var visit func(set ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.InlineFragment:
				if c.is(o.typ, s.TypeCondition) {
					visit(s.SelectionSet)
				}
			case *ast.Field:
				if s.Name == name {
					found = true
					below = append(below, s.SelectionSet)
				}
			}
		}
	}
	for _, set := range o.provided {
		visit(set)
	}
	return below, found
}

// arriving records, for all objects in a value, the fields that the path to them provides.
func (c *call) arriving(value any, provided []ast.SelectionSet) any {
	switch v := value.(type) {
	case *object:
		v.provided = provided
	case []any:
		for _, item := range v {
			c.arriving(item, provided)
		}
	}
	return value
}

// required computes a field from the values in the representation.
func (c *call) required(o *object, f *field, args map[string]any) (any, error) {
	c.coverage.answered("@requires")
	values, err := c.extract(o.representation, f.requires)
	if err != nil {
		return nil, c.refuse("%s.%s requires more: %s", o.typ.name, f.name, err)
	}
	return c.value(o, f, args, encode(values))
}

// extract returns the values of a field set from a representation, and nothing else.
func (c *call) extract(from map[string]any, set ast.SelectionSet) (map[string]any, error) {
	values := map[string]any{}
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			name, _ := from["__typename"].(string)
			if d := c.definition(name); d == nil {
				return nil, fmt.Errorf("no __typename in %s", encode(from))
			} else if !c.is(d, s.TypeCondition) {
				continue
			}
			inner, err := c.extract(from, s.SelectionSet)
			if err != nil {
				return nil, err
			}
			maps.Copy(values, inner)
		case *ast.Field:
			value, ok := from[s.Name]
			if !ok {
				return nil, fmt.Errorf("no %s in %s", s.Name, encode(from))
			}
			inner, err := c.extractBelow(value, s.SelectionSet)
			if err != nil {
				return nil, err
			}
			values[s.Name] = inner
		}
	}
	return values, nil
}

func (c *call) extractBelow(value any, set ast.SelectionSet) (any, error) {
	switch v := value.(type) {
	case map[string]any:
		return c.extract(v, set)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			var err error
			if items[i], err = c.extractBelow(item, set); err != nil {
				return nil, err
			}
		}
		return items, nil
	default:
		return v, nil
	}
}

// entities resolves _entities.
func (c *call) entities(representations any) (any, error) {
	c.coverage.answered("entities")
	var found []any
	for _, representation := range representations.([]any) {
		o, err := c.entity(representation.(map[string]any))
		if err != nil {
			return nil, c.refuse("%s: %s", encode(representation), err)
		}
		if o == nil {
			c.complain("no entity is %s", encode(representation))
			found = append(found, nil)
			continue
		}
		found = append(found, o)
	}
	return found, nil
}

// entity returns the entity that the representation identifies, or nil.
func (c *call) entity(representation map[string]any) (*object, error) {
	name, _ := representation["__typename"].(string)
	d := c.definition(name)
	if d == nil || d.in[c.subgraph] == nil {
		return nil, errors.New("the subgraph knows no such type")
	}
	for member := range representation {
		if member != "__typename" && d.field(member) == nil {
			return nil, fmt.Errorf("the type has no field %s", member)
		}
		if member != "__typename" && d.field(member).in[c.subgraph] == nil {
			return nil, fmt.Errorf("the subgraph has no field %s", member)
		}
	}
	for _, k := range d.in[c.subgraph].keys {
		key, err := c.extract(representation, k.set)
		if err != nil || !k.resolvable {
			continue
		}
		c.coverage.answered("key " + strings.SplitN(k.text, " {", 2)[0])
		for _, o := range c.all(d) {
			if own, err := c.read(o, k.set); err == nil && encode(own) == encode(key) {
				o.representation = representation
				return o, nil
			}
		}
		return nil, nil
	}
	return nil, errors.New("it has none of the keys that the subgraph resolves")
}

func (f *fleet) log() string {
	slices.Sort(f.requests)
	return strings.Join(f.requests, "\n")
}
