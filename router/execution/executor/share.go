package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// mayShare returns false if the objects around an object may decide whether, or with what, it is
// looked up.
func mayShare(p *plan.Plan) bool {
	guarded := func(step plan.PathElement) bool { return step.Types != nil }
	for _, f := range p.Fetches {
		if contextual(f) {
			return false
		}
		for i := range f.Lookups {
			for j := range f.Lookups[i].Targets {
				if slices.ContainsFunc(f.Lookups[i].Targets[j].Path, guarded) {
					return false
				}
			}
		}
	}
	return true
}

// renames reports whether values of the answer get other keys, which must happen only once.
func renames(f *plan.Fetch) bool {
	return len(f.Renames) > 0 || slices.ContainsFunc(f.Lookups, func(l plan.Lookup) bool { return len(l.Renames) > 0 })
}
