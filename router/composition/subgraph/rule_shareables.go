package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkShareables checks that @shareable is on objects and their fields only, and once on each.
func (l *loader) checkShareables() {
	for _, t := range l.schema.Types {
		if t.sharedTwice != nil {
			l.fail(federation.InvalidShareableUsage, t.sharedTwice.Position,
				"type %q is @shareable twice; remove one", t.Name)
		}
		for _, f := range t.Fields {
			if f.sharedTwice != nil {
				l.fail(federation.InvalidShareableUsage, f.sharedTwice.Position,
					"%s.%s is @shareable twice; remove one", t.Name, f.Name)
			}
			if f.shareable != nil && t.Kind == ast.Interface {
				l.fail(federation.InvalidShareableUsage, f.shareable.Position,
					"%s.%s is a field of an interface and cannot be @shareable; "+
						"mark the fields of the implementations", t.Name, f.Name)
			}
		}
	}
}
