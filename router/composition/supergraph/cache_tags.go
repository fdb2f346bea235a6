package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// CacheTag is a @cacheTag: a name for cached answers of subgraphs, by which they are found when
// the data changes. This router does not cache answers; the tags are for those that do.
type CacheTag struct {
	Format    string
	Subgraphs []SubgraphID
}

// cacheTagName is its name in @join__directive, whatever the subgraphs call it.
const cacheTagName = "federation__" + federation.CacheTag

// cacheTags returns the directives that list the subgraphs of each tag.
func (w joinWriter) cacheTags(tags []CacheTag) ast.DirectiveList {
	var list ast.DirectiveList
	for _, tag := range tags {
		graphs := &ast.Value{Kind: ast.ListValue}
		for _, id := range tag.Subgraphs {
			graphs.Children = append(graphs.Children, &ast.ChildValue{Value: w.graph(id).Value})
		}
		format := &ast.ChildValue{Name: "format", Value: text("", tag.Format).Value}
		arguments := &ast.Value{Kind: ast.ObjectValue, Children: ast.ChildValueList{format}}
		list = append(list, directive("join__directive",
			&ast.Argument{Name: "graphs", Value: graphs}, text("name", cacheTagName),
			&ast.Argument{Name: "args", Value: arguments}))
	}
	return list
}

// cacheTags reads the directives that joinWriter.cacheTags writes.
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

// graphsIn returns the subgraphs in a list.
func (r *joinReader) graphsIn(d *ast.Directive, list *ast.Value) []SubgraphID {
	var ids []SubgraphID
	for _, child := range list.Children {
		id, ok := r.graphs[child.Value.Raw]
		if !ok {
			r.fail(d.Position, "@%s(graphs:) has %s, which is not a value of join__Graph",
				d.Name, child.Value.Raw)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
