package compose

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// mergeCacheTags records which subgraph has which @cacheTag on each type and field, even if
// another subgraph takes the field over, because that may depend on a label.
func (m *merge) mergeCacheTags() {
	for _, t := range m.types {
		for _, s := range t.sources {
			t.out.CacheTags = addCacheTags(t.out.CacheTags, s.id, s.Directives)
		}
		for _, f := range t.fields {
			all := slices.Concat(f.sources, f.dropped)
			slices.SortStableFunc(all, func(a, b fieldSource) int { return cmp.Compare(a.id, b.id) })
			for _, s := range all {
				f.out.CacheTags = addCacheTags(f.out.CacheTags, s.id, s.Directives)
			}
		}
	}
}

func addCacheTags(
	tags []supergraph.CacheTag, id supergraph.SubgraphID, directives ast.DirectiveList,
) []supergraph.CacheTag {
	for _, format := range argumentsNamed(directives.ForNames(federation.CacheTag), "format") {
		i := slices.IndexFunc(tags, func(t supergraph.CacheTag) bool { return t.Format == format.Raw })
		if i < 0 {
			i = len(tags)
			tags = append(tags, supergraph.CacheTag{Format: format.Raw})
		}
		if !slices.Contains(tags[i].Subgraphs, id) {
			tags[i].Subgraphs = append(tags[i].Subgraphs, id)
		}
	}
	return tags
}
