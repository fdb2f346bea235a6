package limits

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Check returns the error for a request that costs more than the limits allow, or nil.
func (l Limits) Check(p *Price, variables map[string]any) *gqlerror.Error {
	excess := l.Exceeded(p.Total(variables))
	if excess == nil {
		return nil
	}
	return excess.Error(p.heaviest(excess.Limit, variables))
}

// heaviest returns the position of the list that causes most of the cost, or the position of the
// operation if no list does. It prices the operation again, but is called only for a refused
// request.
func (p *Price) heaviest(limit string, variables map[string]any) *ast.Position {
	at := p.operation.Position
	if limit == "rootMutations" {
		return at
	}
	b := p.pricer.builder()
	b.values, b.fields = variables, map[*ast.Field]figures{}
	within := p.pricer.none
	b.set(p.operation.SelectionSet, within)
	for set := p.operation.SelectionSet; ; {
		h := heavy{builder: b, limit: limit, entered: map[string]bool{}}
		h.look(set)
		if h.field == nil || h.most < h.all-h.most {
			return at
		}
		s := b.sizings[h.field.Definition]
		if s == nil {
			return at
		}
		if (s.list || s.sized != nil) && !slices.Contains(within.sized, h.field.Name) {
			at = h.field.Position
		}
		set, within = h.field.SelectionSet, s
	}
}

// heavy finds the most expensive field of a selection set.
type heavy struct {
	*builder
	limit   string
	entered map[string]bool
	field   *ast.Field
	most    uint64
	all     uint64
}

// of returns the number that a limit bounds.
func (f figures) of(limit string) uint64 {
	switch limit {
	case "values":
		return f.values
	case "weight":
		return f.weight
	default:
		return f.objects
	}
}

func (h *heavy) look(set ast.SelectionSet) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			cost := h.fields[of].of(h.limit)
			h.all = add(h.all, cost)
			if cost > h.most {
				h.field, h.most = of, cost
			}
		case *ast.InlineFragment:
			h.look(of.SelectionSet)
		case *ast.FragmentSpread:
			if of.Definition != nil && !h.entered[of.Name] {
				h.entered[of.Name] = true
				h.look(of.Definition.SelectionSet)
			}
		}
	}
}
