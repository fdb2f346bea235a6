package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// selectedParts returns which parts of orders are selected, so that they are read for all orders
// at once, or not at all.
func selectedParts(ctx context.Context) sales.Parts { return selected(ctx).parts() }

// listing returns the page that a connection's arguments and selection ask for.
func listing(
	ctx context.Context, filter *sales.Conditions, first int, after *string,
) sales.Listing {
	s := selected(ctx)
	l := sales.Listing{First: first, After: after, With: s.parts(), Counted: s.fields["totalCount"]}
	if filter != nil {
		l.Where = *filter
	}
	return l
}

// selected returns the names of all fields selected below the one being resolved.
func selected(ctx context.Context) selection {
	s := selection{fields: map[string]bool{}, fragments: map[string]bool{}}
	s.add(graphql.GetFieldContext(ctx).Field.Selections)
	return s
}

// selection holds the names of the fields in a selection set and below it. It looks at each
// fragment once, however often it is spread: a small document can spread one a million times.
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

func (s selection) parts() sales.Parts {
	return sales.Parts{
		Items:   s.fields["items"] || s.fields["problems"],
		Invoice: s.fields["invoice"],
		History: s.fields["history"],
	}
}
