package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// selectedParts tells which parts of orders are asked for anywhere below the field that is being
// resolved, so that they are read for all orders at once, and not at all when nobody wants them.
func selectedParts(ctx context.Context) sales.Parts {
	names := selection{fields: map[string]bool{}, fragments: map[string]bool{}}
	names.add(graphql.GetFieldContext(ctx).Field.Selections)
	return sales.Parts{Items: names.fields["items"], Invoice: names.fields["invoice"]}
}

// selection are the names of the fields in a selection set and below. Each fragment is looked at
// once, however often it is spread: a small document can spread one a million times.
type selection struct{ fields, fragments map[string]bool }

func (s selection) add(set ast.SelectionSet) {
	for _, selected := range set {
		switch selected := selected.(type) {
		case *ast.Field:
			s.fields[selected.Name] = true
			s.add(selected.SelectionSet)
		case *ast.InlineFragment:
			s.add(selected.SelectionSet)
		case *ast.FragmentSpread:
			if !s.fragments[selected.Name] {
				s.fragments[selected.Name] = true
				s.add(selected.Definition.SelectionSet)
			}
		}
	}
}
