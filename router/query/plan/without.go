package plan

import "slices"

// Without returns the entities' selections without some fields.
func (l *Lookup) Without(fields []string) []Selection {
	return filter(l.Selections, func(name string) bool { return !slices.Contains(fields, name) })
}

// Only returns the selections of one field of the entities.
func (l *Lookup) Only(field string) []Selection {
	return filter(l.Selections, func(name string) bool { return name == field })
}

func filter(selections []Selection, wanted func(name string) bool) []Selection {
	var list []Selection
	for _, s := range selections {
		if s.Name == "" {
			s.Selections = filter(s.Selections, wanted)
		}
		if s.Name == "" && len(s.Selections) > 0 || s.Name != "" && wanted(s.Name) {
			list = append(list, s)
		}
	}
	return list
}
