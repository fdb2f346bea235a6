package planner

import "slices"

// A shareable field has the same value in every subgraph that resolves it. If subgraphs know
// different members of its type, the value can therefore only contain members that all of them
// know: the answer must not show which subgraph the planner chose.

// isContested reports whether the field, or one below it, leads to a contested type.
func (b *builder) isContested(it *item) bool {
	if !it.contest.known {
		it.contest.known = true
		it.contest.is = !it.leaf() &&
			(b.graph.Contested(it.typ) || slices.ContainsFunc(it.items, b.isContested))
	}
	return it.contest.is
}

// pieces finds the places, directly below a root field, from which all object types of a spot can
// be resolved. One subgraph resolves a root field, so objects of one type cannot come from one
// subgraph's value and objects of another type from another's. Below the root this does not
// matter, because look-ups lead from one subgraph to the next.
type pieces struct {
	spot *spot
	// common are the places that serve all types so far; nil before the first type.
	common []*place
	known  map[*place][]*place
}

// add registers the places that serve the field for one more type.
func (p *pieces) add(options []*place, it *item) *Error {
	if p.spot.parent == nil || p.spot.parent.parent != nil {
		return nil
	}
	var own []*place
	for _, option := range options {
		own = append(own, p.sources(option)...)
	}
	switch {
	case len(own) == 0: // look-ups combine it from several subgraphs
		return nil
	case p.common == nil:
		p.common = own
		return nil
	}
	p.common = slices.DeleteFunc(p.common, func(source *place) bool { return !slices.Contains(own, source) })
	if len(p.common) == 0 {
		return unreachable("No single subgraph can be asked for %s.%s of all objects here.", p.spot.typ, it.name)
	}
	return nil
}

// sources returns the spot's own places from which a place is reached: by a cast, by the fields of
// a key, or by look-ups whose keys can be resolved there. There are none if a key combines fields
// from several of them.
func (p *pieces) sources(at *place) []*place {
	own := p.spot.whole.places[:p.spot.whole.direct]
	for at.branch.spot != p.spot || at.jump == nil && at.branch != p.spot.whole {
		if len(at.from) == 0 {
			return own // reached from elsewhere
		}
		at = at.from[0]
	}
	if at.jump == nil {
		return []*place{at}
	}
	if known, ok := p.known[at]; ok {
		return known
	}
	found := slices.Clone(own)
	for _, input := range at.jump.identity {
		found = slices.DeleteFunc(found, func(source *place) bool {
			return !slices.ContainsFunc(input.options, func(option *place) bool {
				return slices.Contains(p.sources(option), source)
			})
		})
	}
	p.known[at] = found
	return found
}
