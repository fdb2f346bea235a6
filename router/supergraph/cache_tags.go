package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// CacheTag is a @cacheTag: a name for what is cached of subgraphs' answers, so that it can be found when it has changed. This
// router caches no answers; the tags are for those that do.
type CacheTag struct {
	Format    string
	Subgraphs []SubgraphID
}

// cacheTagName is how @join__directive calls it, whatever the subgraphs do.
const cacheTagName = "federation__" + federation.CacheTag

// cacheTags are the directives that say which subgraph has which.
func (w joinWriter) cacheTags(tags []CacheTag) ast.DirectiveList {
	var list ast.DirectiveList
	for _, tag := range tags {
		graphs := &ast.Value{Kind: ast.ListValue}
		for _, id := range tag.Subgraphs {
			graphs.Children = append(graphs.Children, &ast.ChildValue{Value: w.graph(id).Value})
		}
		arguments := &ast.Value{Kind: ast.ObjectValue, Children: ast.ChildValueList{{Name: "format", Value: text("", tag.Format).Value}}}
		list = append(list, directive("join__directive",
			&ast.Argument{Name: "graphs", Value: graphs}, text("name", cacheTagName), &ast.Argument{Name: "args", Value: arguments}))
	}
	return list
}

// cacheTags reads what cacheTags writes.
func (r *joinReader) cacheTags(directives ast.DirectiveList) []CacheTag {
	var tags []CacheTag
	for _, d := range directives.ForNames("join__directive") {
		if argument(d, "name") != cacheTagName {
			continue
		}
		tag := CacheTag{}
		if a := d.Arguments.ForName("args"); a != nil {
			if format := a.Value.Children.ForName("format"); format != nil {
				tag.Format = format.Raw
			}
		}
		if a := d.Arguments.ForName("graphs"); a != nil {
			tag.Subgraphs = r.graphsIn(d, a.Value)
		}
		tags = append(tags, tag)
	}
	return tags
}

// graphsIn are the subgraphs that a list names.
func (r *joinReader) graphsIn(d *ast.Directive, list *ast.Value) []SubgraphID {
	var ids []SubgraphID
	for _, child := range list.Children {
		id, ok := r.graphs[child.Value.Raw]
		if !ok {
			r.fail(d.Position, "@%s(graphs:) has %s, which is no value of join__Graph", d.Name, child.Value.Raw)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
