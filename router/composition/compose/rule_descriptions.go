package compose

import (
	"cmp"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// description is a subgraph's description of an element.
type description struct {
	text string
	at   federation.Location
}

// describe adds a description to a list unless it is empty.
func (m *merge) describe(
	list []description, id supergraph.SubgraphID, text string, position *ast.Position,
) []description {
	if text == "" {
		return list
	}
	return append(list, description{text, federation.At(m.name(id), position)})
}

// mergeDescriptions uses the most frequent description, or the first of them.
func (m *merge) mergeDescriptions() {
	for _, t := range m.types {
		var list []description
		for _, s := range t.sources {
			list = m.describe(list, s.id, s.Description, s.Position)
		}
		t.out.Description = m.mergeText(t.out.Name, list)
		for _, f := range t.fields {
			var list []description
			for _, s := range f.describing() {
				list = m.describe(list, s.id, s.Description, s.Position)
			}
			if len(list) > 0 {
				f.out.Description = m.mergeText(f.coordinate(), list)
			}
		}
		if t.out.Kind == ast.Enum {
			m.describeValues(t)
		}
	}
}

func (m *merge) describeValues(t *mergedType) {
	for _, v := range t.out.Values {
		var list []description
		for _, s := range t.sources {
			if d := s.Value(v.Name); d != nil {
				list = m.describe(list, s.id, d.Description, d.Position)
			}
		}
		v.Description = m.mergeText(t.out.Name+"."+v.Name, list)
	}
}

// mergeText merges the descriptions of the element at a coordinate, or of the schema if the
// coordinate is empty.
func (m *merge) mergeText(coordinate string, list []description) string {
	counts := map[string]int{}
	var best description
	var subgraphs []string
	var places []federation.Location
	for _, d := range list {
		counts[d.text]++
		subgraphs, places = append(subgraphs, d.at.Subgraph), append(places, d.at)
	}
	for _, d := range list {
		if counts[d.text] > counts[best.text] {
			best = d
		}
	}
	if len(counts) > 1 {
		m.note(federation.HintInconsistentDescription, coordinate, places,
			"%s is described differently in %s; the supergraph takes the description of subgraph %q",
			cmp.Or(coordinate, "the schema"), in(subgraphs), best.at.Subgraph)
	}
	return best.text
}
