package limits

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// noFragmentCycles is Fragment Spreads Must Not Form Cycles (GraphQL, section 5.5.2.2). gqlparser
// looks each spread up in a list, and names all fragments of each cycle: both take quadratic time.
func noFragmentCycles(observers *core.Events, fail core.AddErrFunc) {
	var c *cycles
	observers.OnFragment(func(w *core.Walker, fragment *ast.FragmentDefinition) {
		if c == nil {
			c = &cycles{
				fragments: map[string]*ast.FragmentDefinition{}, depth: map[string]int{}, fail: fail,
			}
			for _, f := range w.Document.Fragments {
				c.fragments[f.Name] = f
			}
		}
		c.visit(fragment)
	})
}

type cycles struct {
	fragments map[string]*ast.FragmentDefinition
	// depth is at least 1 for a fragment on the path, and left for a fragment whose visit has ended.
	depth map[string]int
	path  []*ast.FragmentSpread
	fail  core.AddErrFunc
}

const left = -1

func (c *cycles) visit(fragment *ast.FragmentDefinition) {
	if c.depth[fragment.Name] != 0 {
		return
	}
	c.depth[fragment.Name] = len(c.path) + 1
	c.walk(fragment.SelectionSet)
	c.depth[fragment.Name] = left
}

func (c *cycles) walk(set ast.SelectionSet) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			c.walk(of.SelectionSet)
		case *ast.InlineFragment:
			c.walk(of.SelectionSet)
		case *ast.FragmentSpread:
			c.spread(of)
		}
	}
}

func (c *cycles) spread(spread *ast.FragmentSpread) {
	depth := c.depth[spread.Name]
	if depth > 0 {
		c.fail(core.Message(`Cannot spread fragment "%s" within itself%s.`,
			spread.Name, via(c.path[depth-1:])), core.At(spread.Position))
		return
	}
	if next := c.fragments[spread.Name]; next != nil && depth == 0 {
		c.path = append(c.path, spread)
		c.visit(next)
		c.path = c.path[:len(c.path)-1]
	}
}

// via names the first few fragments of a cycle.
func via(path []*ast.FragmentSpread) string {
	const few = 5
	var names []string
	for _, spread := range path[:min(len(path), few)] {
		names = append(names, `"`+spread.Name+`"`)
	}
	switch {
	case len(names) == 0:
		return ""
	case len(path) > few:
		names = append(names, "…")
	}
	return " via " + strings.Join(names, ", ")
}

// possibleFragmentSpreads is Fragment Spread Is Possible (GraphQL, section 5.5.2.3). For each
// fragment, gqlparser compares all possible types of the parent with all those of the fragment.
// This rule compares each pair of types once.
func possibleFragmentSpreads(observers *core.Events, fail core.AddErrFunc) {
	p := possible{known: map[[2]string]bool{}}
	observers.OnInlineFragment(func(w *core.Walker, f *ast.InlineFragment) {
		if !p.overlap(w.Schema, f.ObjectDefinition, f.TypeCondition) {
			fail(core.Message(
				`Fragment cannot be spread here as objects of type "%s" can never be of type "%s".`,
				f.ObjectDefinition.Name, f.TypeCondition), core.At(f.Position))
		}
	})
	observers.OnFragmentSpread(func(w *core.Walker, f *ast.FragmentSpread) {
		if f.Definition != nil && !p.overlap(w.Schema, f.ObjectDefinition, f.Definition.TypeCondition) {
			fail(core.Message(`Fragment "%s" cannot be spread here `+
				`as objects of type "%s" can never be of type "%s".`,
				f.Name, f.ObjectDefinition.Name, f.Definition.TypeCondition), core.At(f.Position))
		}
	})
}

type possible struct{ known map[[2]string]bool }

// overlap reports whether an object can be of both types. It returns true for types that other
// rules refuse.
func (p *possible) overlap(schema *ast.Schema, parent *ast.Definition, condition string) bool {
	fragment := schema.Types[condition]
	if parent == nil || fragment == nil || parent == fragment ||
		!parent.IsCompositeType() || !fragment.IsCompositeType() {
		return true
	}
	pair := [2]string{parent.Name, condition}
	overlap, known := p.known[pair]
	if known {
		return overlap
	}
	names := map[string]bool{}
	for _, of := range schema.GetPossibleTypes(parent) {
		names[of.Name] = true
	}
	for _, of := range schema.GetPossibleTypes(fragment) {
		overlap = overlap || names[of.Name]
	}
	p.known[pair] = overlap
	return overlap
}
