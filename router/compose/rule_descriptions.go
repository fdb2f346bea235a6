package compose

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// mergeDescriptions: the description that most subgraphs have; the first of them, if several are as frequent.
func (m *merge) mergeDescriptions() {
	for _, t := range m.types {
		var texts []string
		for _, s := range t.sources {
			texts = append(texts, s.Description)
		}
		t.out.Description = m.mergeText("type "+t.out.Name, texts)
		for _, f := range t.fields {
			var texts []string
			for _, s := range f.describing() {
				texts = append(texts, s.Description)
			}
			f.out.Description = m.mergeText(f.coordinate(), texts)
		}
		if t.out.Kind == ast.Enum {
			m.describeValues(t)
		}
	}
}

func (m *merge) describeValues(t *mergedType) {
	for _, v := range t.out.Values {
		var texts []string
		for _, s := range t.sources {
			if d := s.EnumValues.ForName(v.Name); d != nil {
				texts = append(texts, d.Description)
			}
		}
		v.Description = m.mergeText(t.out.Name+"."+v.Name, texts)
	}
}

func (m *merge) mergeText(what string, texts []string) string {
	counts := map[string]int{}
	best := ""
	for _, text := range texts {
		if text != "" {
			counts[text]++
		}
	}
	for _, text := range texts {
		if text != "" && counts[text] > counts[best] {
			best = text
		}
	}
	if len(counts) > 1 {
		m.hint(inconsistentDescription, Warn, nil, "%s has different descriptions in different subgraphs; the supergraph takes the most frequent one", what)
	}
	return best
}
