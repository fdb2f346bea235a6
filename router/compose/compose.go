// Package compose merges subgraphs into a supergraph.
//
//	[]subgraph.Source ──Parse each──▶ []subgraph.Schema ──rules in order──▶ supergraph.Schema and hints
//	                        └──────────────┴──▶ or all errors
//
// Goes in: the SDL of all subgraphs, in any order. Comes out: the supergraph, the same for every order, with hints
// on what merged but is perhaps not meant; or every error of the stage that failed, each with its code and place.
//
// The state of one composition is a merge: for each type and field the subgraphs' definitions (sources) beside the
// merged one (out). A rule is a method of it in a file of its own, and the order of the rules stands in Compose.
package compose

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/subgraph"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// maxSteps bounds satisfiability by what it costs, about a microsecond a step: a field that is looked at where it can stand, or a
// place that it leads to. 100 subgraphs of 50 types, each of which can be had in few ways, take 17,100.
const maxSteps = 1_000_000

// Compose makes the supergraph. The error is federation.Errors.
func Compose(sources []subgraph.Source) (*supergraph.Schema, []Hint, error) {
	return composeWithin(maxSteps, sources)
}

// composeWithin takes no more than so many steps to find out whether all can be answered.
func composeWithin(steps int, sources []subgraph.Source) (*supergraph.Schema, []Hint, error) {
	sources = slices.Clone(sources)
	slices.SortStableFunc(sources, func(a, b subgraph.Source) int { return cmp.Compare(a.Name, b.Name) })
	schemas, errs := subgraph.Parse(sources...)
	if errs = append(checkNames(sources), errs...); len(errs) > 0 {
		return nil, nil, errs.First()
	}
	m := newMerge(schemas)
	m.maxSteps = steps
	for _, stage := range [][]func(*merge){
		{
			(*merge).checkRoots, (*merge).mergeKinds, (*merge).linkFeatures, (*merge).linkContexts, (*merge).collectComposed, (*merge).hintUncomposed,
			(*merge).mergeKeys, (*merge).mergeInterfaces, (*merge).mergeUnions,
			(*merge).collectFields, (*merge).dropContextual, (*merge).applyOverrides, (*merge).mergeFields, (*merge).mergeInputFields, (*merge).mergeEnums,
			(*merge).checkSharing, (*merge).checkExternals, (*merge).hintPartialTypes,
			(*merge).mergeDescriptions, (*merge).mergeDirectives, (*merge).checkComposed, (*merge).checkCosts, (*merge).trimListSizes, (*merge).mergeContexts, (*merge).mergeCacheTags, (*merge).mergeDirectiveDefinitions, (*merge).composedLinks,
			(*merge).addInterfaceObjectFields, (*merge).checkInterfaceObjects, (*merge).mergeAccess,
		},
		{(*merge).checkImplementations, (*merge).checkRequirements, (*merge).checkTransitiveAccess, (*merge).checkDefaults, (*merge).checkOneOf, (*merge).checkDeprecations},
		{(*merge).checkInaccessible},
		{(*merge).finish},
		{(*merge).checkSatisfiability},
	} {
		for _, rule := range stage {
			rule(m)
		}
		// The rules of a stage build on the stages before.
		if len(m.errs) > 0 {
			m.errs.Sort()
			return nil, nil, m.errs.First()
		}
	}
	return m.schema, sorted(m.hints), nil
}
