package limits

import (
	"cmp"
	"fmt"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// Document bounds the size of a document. A zero value means the default.
type Document struct {
	// Depth bounds the levels of nested fields, with fragments expanded. Default 32.
	Depth int
	// Aliases bounds the fields with an alias, with fragments expanded. Default 100.
	Aliases int
	// RootFields bounds the root fields of an operation, with fragments expanded. Fields with the
	// same response key count as one. Default 50.
	RootFields int
	// Directives bounds the directives in the text. Default 500.
	Directives int
	// Fragments bounds the definitions and spreads of fragments in the text, including inline
	// fragments. Default 1,000.
	Fragments int
}

// DefaultDocument returns the defaults.
func DefaultDocument() Document {
	return Document{Depth: 32, Aliases: 100, RootFields: 50, Directives: 500, Fragments: 1000}
}

func (d Document) withDefaults() Document {
	standard := DefaultDocument()
	return Document{
		Depth:      cmp.Or(d.Depth, standard.Depth),
		Aliases:    cmp.Or(d.Aliases, standard.Aliases),
		RootFields: cmp.Or(d.RootFields, standard.RootFields),
		Directives: cmp.Or(d.Directives, standard.Directives),
		Fragments:  cmp.Or(d.Fragments, standard.Fragments),
	}
}

// sizeOfDocument refuses a document that exceeds one of the bounds. It takes time linear in the
// text: each fragment is measured once.
func sizeOfDocument(o Options) core.Rule {
	bounds := o.Document.withDefaults()
	rule := core.Rule{Name: "SizeOfDocument"}
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		measured := false
		observers.OnOperation(func(w *core.Walker, _ *ast.OperationDefinition) {
			if measured {
				return
			}
			measured = true
			m := measure{fragments: map[string]*extent{}, definitions: w.Document.Fragments}
			for _, operation := range w.Document.Operations {
				m.check(operation, bounds, fail)
			}
			m.checkText(w.Document, bounds, fail)
		})
	}
	return rule
}

// extent is the size of a selection set with fragments expanded.
type extent struct {
	depth, aliases int
	// isOpen is true while the fragment is measured: a cycle adds nothing, and another rule
	// refuses it.
	isOpen bool
}

type measure struct {
	fragments   map[string]*extent
	definitions ast.FragmentDefinitionList
	byName      map[string]*ast.FragmentDefinition
	directives  int
	spreads     int
}

func (m *measure) check(of *ast.OperationDefinition, bounds Document, fail core.AddErrFunc) {
	m.directives += len(of.Directives)
	for _, variable := range of.VariableDefinitions {
		m.directives += len(variable.Directives)
	}
	e := m.set(of.SelectionSet)
	exceeds(fail, of.Position, "depth", e.depth, bounds.Depth)
	exceeds(fail, of.Position, "aliases", e.aliases, bounds.Aliases)
	root := newRootFields()
	root.add(of.SelectionSet)
	exceeds(fail, of.Position, "documentRootFields", len(root.keys), bounds.RootFields)
}

// checkText checks the bounds that hold for all operations and fragments of the text together.
func (m *measure) checkText(document *ast.QueryDocument, bounds Document, fail core.AddErrFunc) {
	for _, fragment := range document.Fragments {
		m.fragment(fragment.Name)
	}
	at := document.Operations[0].Position
	exceeds(fail, at, "directives", m.directives, bounds.Directives)
	exceeds(fail, at, "fragments", len(document.Fragments)+m.spreads, bounds.Fragments)
}

func (m *measure) set(set ast.SelectionSet) extent {
	var all extent
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			all.add(m.field(of))
		case *ast.InlineFragment:
			m.spreads++
			m.directives += len(of.Directives)
			all.add(m.set(of.SelectionSet))
		case *ast.FragmentSpread:
			m.spreads++
			m.directives += len(of.Directives)
			all.add(m.fragment(of.Name))
		}
	}
	return all
}

func (m *measure) field(of *ast.Field) extent {
	m.directives += len(of.Directives)
	e := m.set(of.SelectionSet)
	e.depth++
	if of.Alias != of.Name {
		e.aliases = sum32(e.aliases, 1)
	}
	return e
}

func (m *measure) fragment(name string) extent {
	if known := m.fragments[name]; known != nil {
		if known.isOpen {
			return extent{}
		}
		return *known
	}
	definition := m.definition(name)
	if definition == nil {
		return extent{}
	}
	known := &extent{isOpen: true}
	m.fragments[name] = known
	m.directives += len(definition.Directives)
	*known = m.set(definition.SelectionSet)
	return *known
}

func (m *measure) definition(name string) *ast.FragmentDefinition {
	if m.byName == nil {
		m.byName = make(map[string]*ast.FragmentDefinition, len(m.definitions))
		for _, definition := range m.definitions {
			m.byName[definition.Name] = definition
		}
	}
	return m.byName[name]
}

func (e *extent) add(other extent) {
	e.depth = max(e.depth, other.depth)
	e.aliases = sum32(e.aliases, other.aliases)
}

// sum32 adds two counts, and caps the sum at 2^31-1: fragments that spread others twice double a
// count at each level.
func sum32(a, b int) int { return min(a+b, math.MaxInt32) }

func exceeds(fail core.AddErrFunc, at *ast.Position, limit string, value, most int) {
	if value <= most {
		return
	}
	what := map[string]string{
		"depth": "fields nested in each other", "aliases": "aliases",
		"documentRootFields": "root fields", "directives": "directives", "fragments": "fragments",
	}[limit]
	fail(func(err *gqlerror.Error) {
		err.Message = fmt.Sprintf("The operation has %d %s, and %d are allowed.", value, what, most)
		err.Extensions = map[string]any{
			"code": CodeTooLarge, "limit": limit, "max": most, "value": value,
		}
	}, core.At(at))
}
