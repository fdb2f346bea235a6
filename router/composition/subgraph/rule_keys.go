package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkKeys checks that the fields of a @key exist, take no arguments, and are single values.
func (l *loader) checkKeys() {
	rule := fieldSetRule{
		directive:        federation.Key,
		invalidType:      federation.KeyInvalidFieldsType,
		hasDirective:     federation.KeyDirectiveInFieldsArg,
		invalid:          federation.KeyInvalidFields,
		hasArguments:     federation.KeyFieldsHasArgs,
		invalidFieldType: federation.KeyFieldsSelectInvalidType,
	}
	for _, t := range l.schema.Types {
		for i := range t.Keys {
			key := &t.Keys[i].FieldSet
			if t.Kind == ast.Interface && !l.schema.Version.AtLeast(2, 3) {
				l.fail(federation.KeyUnsupportedOnInterface, key.Position,
					"interface %q has a @key, which is allowed since federation v2.3; "+
						"link that, or remove the @key", t.Name)
			}
			l.checkFieldSet(rule, "type \""+t.Name+"\"", t, key)
		}
	}
}
