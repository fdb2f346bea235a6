package subgraph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkInterfaceKeys checks that each key of an interface is a key of its implementations.
func (l *loader) checkInterfaceKeys() {
	for _, i := range l.schema.Types {
		if i.Kind != ast.Interface {
			continue
		}
		for _, key := range i.Keys {
			for _, t := range l.schema.implementations(i.Name, ast.Object) {
				if !hasKey(t, key) {
					l.fail(federation.InterfaceKeyNotOnImplementation, key.Position,
						"interface %q has @key(fields: %q), but its implementation %q has not; "+
							"add the key there", i.Name, key.Text, t.Name)
				}
			}
		}
	}
}

func hasKey(t *Type, key Key) bool {
	return slices.ContainsFunc(t.Keys, func(own Key) bool {
		return canonical(own.Selections) == canonical(key.Selections) &&
			(own.Resolvable || !key.Resolvable)
	})
}

// canonical returns the text of a field set with sorted fields, because the order has no meaning.
func canonical(set ast.SelectionSet) string {
	parts := make([]string, 0, len(set))
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			parts = append(parts, s.Name+"{"+canonical(s.SelectionSet)+"}")
		case *ast.InlineFragment:
			parts = append(parts, "..."+s.TypeCondition+"{"+canonical(s.SelectionSet)+"}")
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// checkInterfaceObjects checks that each @interfaceObject is an entity.
func (l *loader) checkInterfaceObjects() {
	for _, t := range l.schema.Types {
		if t.InterfaceObject && len(t.Keys) == 0 {
			l.fail(federation.InterfaceObjectUsageError, t.Position,
				"type %q is an @interfaceObject without @key; "+
					"add the key by which the interface's entities are looked up", t.Name)
		}
	}
}
