package difftest_test

import "slices"

// hide makes fields @inaccessible. A field that clients cannot select can still be a key, or be
// required.
func (g *generator) hide() {
	for _, d := range g.of(entity, whole) {
		left := len(d.fields)
		for _, f := range d.fields {
			if left > 1 && g.hideable(d, f) && g.oneIn(6) {
				f.hidden = true
				left--
			}
		}
	}
}

// hideable reports whether nothing that clients see needs the field.
func (g *generator) hideable(d *definition, f *field) bool {
	inInterface := slices.ContainsFunc(g.implements(d, -1), func(i *definition) bool { return i.field(f.name) != nil })
	return !inInterface && f.holder == "" && len(f.owners()) > 0
}
