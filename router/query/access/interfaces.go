package access

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// interfaces adds to objects the clauses of their interfaces that are not copies of the clauses of
// all objects together.
func (c *compiler) interfaces() {
	objects := map[string][]*supergraph.Type{}
	for _, t := range c.schema.Types {
		if t.Kind != ast.Object {
			continue
		}
		for _, i := range t.Interfaces {
			objects[i.Name] = append(objects[i.Name], t)
		}
	}
	// Find the clauses of all interfaces first: a clause that is added to an object must not make the
	// clause of another interface look like a copy.
	var additions []func()
	for _, i := range c.schema.Types {
		if i.Kind == ast.Interface {
			additions = append(additions, c.extra(i, objects[i.Name])...)
		}
	}
	for _, add := range additions {
		add()
	}
}

// extra returns functions that add the clauses of an interface that are not copies to its objects.
func (c *compiler) extra(i *supergraph.Type, objects []*supergraph.Type) []func() {
	var additions []func()
	ofTypes := func(t *supergraph.Type) []int { return c.rules.types[t.Name] }
	for _, id := range c.beyond(c.own(i.Directives), objects, ofTypes) {
		for _, t := range objects {
			additions = append(additions, func() { c.rules.addType(t.Name, []int{id}) })
		}
	}
	for _, f := range i.Fields {
		ofField := func(t *supergraph.Type) []int {
			return c.rules.fields[coordinate{t.Name, f.Name}]
		}
		for _, id := range c.beyond(c.own(f.Directives), objects, ofField) {
			for _, t := range objects {
				additions = append(additions, func() { c.rules.addField(t.Name, f.Name, []int{id}) })
			}
		}
	}
	return additions
}

// beyond returns the clauses that do not follow from the clauses of all objects together.
func (c *compiler) beyond(
	clauses []int, objects []*supergraph.Type, of func(*supergraph.Type) []int,
) []int {
	var all []int
	for _, t := range objects {
		all = union(all, of(t))
	}
	return slices.DeleteFunc(clauses, func(id int) bool {
		if slices.Contains(all, id) {
			return true
		}
		asked := c.rules.clauses[id]
		var same [][][]string
		for _, known := range all {
			if k := c.rules.clauses[known]; k.kind == asked.kind {
				same = append(same, k.sets)
			}
		}
		steps := maxSteps
		return asked.sets != nil && implied(asked.sets, nil, same, &steps)
	})
}

// maxSteps limits the combinations of alternatives that implied compares. Composition refuses
// directives with more combinations.
const maxSteps = 1 << 14

// implied reports whether sets follows from names and others: whether every client that has the
// names, and that has all names of at least one set in each of the others, also has all names of
// at least one of sets. It returns false if it does not find out within the steps.
func implied(sets [][]string, names []string, others [][][]string, steps *int) bool {
	if *steps--; *steps < 0 {
		return false
	}
	if anySet(sets, func(name string) bool { return slices.Contains(names, name) }) {
		return true
	}
	if len(others) == 0 {
		return false
	}
	for _, set := range others[0] {
		if !implied(sets, slices.Concat(names, set), others[1:], steps) {
			return false
		}
	}
	return true
}

// anySet reports whether all names of at least one set are granted.
func anySet(sets [][]string, isGranted func(name string) bool) bool {
	for _, set := range sets {
		granted := true
		for _, name := range set {
			if !isGranted(name) {
				granted = false
				break
			}
		}
		if granted {
			return true
		}
	}
	return false
}
