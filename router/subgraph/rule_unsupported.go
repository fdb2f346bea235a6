package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// checkUnsupported: a directive that resolvers rely on is refused as long as this router does not act on it.
func (l *loader) checkUnsupported() {
	for _, t := range l.schema.Types {
		l.checkDirectives("type "+t.Name, t.Directives)
		for _, f := range t.Fields {
			l.checkDirectives(t.Name+"."+f.Name, f.Directives)
			for _, a := range f.Arguments {
				l.checkDirectives(t.Name+"."+f.Name+"("+a.Name+":)", a.Directives)
			}
		}
	}
}

func (l *loader) checkDirectives(where string, directives ast.DirectiveList) {
	for _, d := range directives {
		switch d.Name {
		case federation.Context, federation.FromContext:
			l.fail(federation.UnsupportedFeature, d.Position, "%s has @%s, which this router does not support yet; remove it", where, d.Name)
		}
	}
}
