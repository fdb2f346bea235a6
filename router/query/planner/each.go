package planner

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// together holds object types of one spot whose field leads to the same places in the same
// subgraphs.
type together struct {
	branches []*branch
	options  [][]*place
}

// exploreEach adds the wants of a field for each of some object types. Types whose field leads to
// the same places share one spot for it. With a spot for each type, the number of spots would grow
// exponentially with the depth of nested fields.
func (b *builder) exploreEach(wants []*want, s *spot, it *item, types querygraph.Set) ([]*want, *Error) {
	var groups []together
	had := pieces{spot: s, known: map[*place][]*place{}}
	for one := range types.Each() {
		if b.effort.candidates++; b.excessive() {
			return nil, tooLarge()
		}
		br := b.only(s, one)
		options, err := b.someOptions(br, it)
		if err != nil {
			return nil, err
		}
		if err := had.add(options, it); err != nil {
			return nil, err
		}
		if it.leaf() {
			wants = append(wants, &want{branch: br, item: it, options: options})
			continue
		}
		same := slices.IndexFunc(groups, func(g together) bool { return b.leadAlike(g.options[0], options, it) })
		if same < 0 {
			groups = append(groups, together{[]*branch{br}, [][]*place{options}})
			continue
		}
		g := &groups[same]
		g.branches, g.options = append(g.branches, br), append(g.options, options)
	}
	for _, g := range groups {
		var err *Error
		if wants, err = b.explore(wants, b.newSpot(g.branches, it, g.options), it.items); err != nil {
			return nil, err
		}
	}
	return wants, nil
}

// leadAlike reports whether the field leads to equal places from the two lists, pair by pair.
func (b *builder) leadAlike(xs, ys []*place, it *item) bool {
	return slices.EqualFunc(xs, ys, func(x, y *place) bool {
		if x.node.Subgraph != y.node.Subgraph || x.depth != y.depth {
			return false
		}
		return alike(b.edge(x, it), b.edge(y, it)) && len(x.provides) == 0 && len(y.provides) == 0
	})
}
