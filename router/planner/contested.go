package planner

import "slices"

// A shareable field has the same value wherever it is resolved. So where subgraphs know different
// members of its type, only members that all of them know can be in the value: which subgraph the
// planner happens to choose must not show in the answer.

// isContested reports whether the field, or one below it, leads to a contested type.
func (b *builder) isContested(it *item) bool {
	if !it.contest.known {
		it.contest.known = true
		it.contest.is = !it.leaf() &&
			(b.graph.Contested(it.typ) || slices.ContainsFunc(it.items, b.isContested))
	}
	return it.contest.is
}

// pieces finds from which of a spot's own places, those that a root field leads to, object types are
// had. One subgraph resolves a root field, so objects of one type cannot come from one subgraph's value
// and those of another type from another's. Below the root, look-ups lead from one subgraph to the next.
type pieces struct {
	spot *spot
	// common are the places from which all types so far are had; nil before the first.
	common []*place
	known  map[*place][]*place
}

// add takes the places that serve the field for one more type.
func (p *pieces) add(options []*place, it *item) *Error {
	if p.spot.parent == nil || p.spot.parent.parent != nil {
		return nil
	}
	var own []*place
	for _, option := range options {
		own = append(own, p.sources(option)...)
	}
	switch {
	case len(own) == 0: // put together by look-ups from several subgraphs
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

// sources are the spot's own places from which a place is reached: by a cast, by the fields of a key,
// or by look-ups whose keys are had from there. There are none if a key is had from several together.
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
