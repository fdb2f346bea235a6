package supergraph

import "slices"

// OverrideLabels returns the sorted labels that decide which subgraph resolves a field.
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

// Resolves reports whether the subgraph resolves the field while these labels are active. The
// subgraph that takes the field over resolves it if the label is active, and the one that loses it
// if the label is not. The requirements of the field are not considered.
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
