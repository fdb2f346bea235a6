package supergraph

import "slices"

// OverrideLabels are the labels on whose state it depends who resolves what, sorted.
func (s *Schema) OverrideLabels() []string {
	var labels []string
	for _, t := range s.Types {
		for _, f := range t.Fields {
			for _, j := range f.Joins {
				if j.OverrideLabel != "" {
					labels = append(labels, j.OverrideLabel)
				}
			}
		}
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

// Resolves reports whether the subgraph resolves the field while these labels are active: the one that takes it over
// does if the label is, the one that loses it if the label is not. What it @requires is another question.
func (j *FieldJoin) Resolves(active []string) bool {
	switch {
	case j.External:
		return false
	case j.OverrideLabel == "":
		return !j.UsedOverridden
	default:
		return slices.Contains(active, j.OverrideLabel) == (j.Override != "")
	}
}
