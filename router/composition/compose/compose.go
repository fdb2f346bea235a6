// Package compose merges subgraphs into a supergraph.
//
//	[]subgraph.Source ──Parse──▶ []subgraph.Schema ──rules in order──▶ supergraph.Schema and hints
//	                      └──────────────┴──▶ or all errors
//
// Input: the SDL of all subgraphs, in any order. Output: the supergraph, which does not depend on
// the order, with hints about results that may not be intended; or all errors of the stage that
// failed, each with its code and location.
//
// The state of a composition is a merge: for each type and field it has the subgraphs' definitions
// (sources) and the merged one (out). A rule is a method of merge in a file of its own; this file
// lists the rules in order. Package subgraph has the rules about one subgraph alone, and Parse
// applies them.
package compose

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// maxSteps limits the satisfiability check, at about a microsecond for each step. A step is a
// field that is examined at a possible position, or a place to which it leads. 100 subgraphs of 50
// types, each of which can be reached in few ways, take 17,100 steps.
const maxSteps = 1_000_000

// Compose merges the subgraphs into a supergraph. The error is a federation.Errors.
func Compose(sources []subgraph.Source) (*supergraph.Schema, []Hint, error) {
	return composeWithin(maxSteps, sources)
}

// composeWithin is Compose with a limit on the steps of the satisfiability check.
func composeWithin(steps int, sources []subgraph.Source) (*supergraph.Schema, []Hint, error) {
	sources = slices.Clone(sources)
	slices.SortStableFunc(sources, func(a, b subgraph.Source) int {
		return cmp.Compare(a.Name, b.Name)
	})
	schemas, errs := subgraph.Parse(sources...)
	if errs = append(checkNames(sources), errs...); len(errs) > 0 {
		return nil, nil, errs.First()
	}
	m := newMerge(schemas)
	m.maxSteps = steps
	for _, stage := range [][]func(*merge){
		{
			(*merge).checkRoots, (*merge).mergeKinds, (*merge).linkFeatures,
			(*merge).linkContexts, (*merge).collectComposed, (*merge).hintUncomposed,
			(*merge).mergeKeys, (*merge).mergeInterfaces, (*merge).mergeUnions,
			(*merge).collectFields, (*merge).dropContextual, (*merge).applyOverrides,
			(*merge).mergeFields, (*merge).mergeInputFields, (*merge).mergeEnums,
			(*merge).checkSharing, (*merge).checkExternals, (*merge).hintPartialTypes,
			(*merge).mergeDescriptions, (*merge).mergeDirectives, (*merge).checkComposed,
			(*merge).checkCosts, (*merge).trimListSizes, (*merge).mergeContexts,
			(*merge).mergeCacheTags, (*merge).mergeDirectiveDefinitions, (*merge).composedLinks,
			(*merge).addInterfaceObjectFields, (*merge).checkInterfaceObjects, (*merge).mergeAccess,
		},
		{
			(*merge).checkImplementations, (*merge).checkRequirements,
			(*merge).checkTransitiveAccess, (*merge).checkDefaults, (*merge).checkOneOf,
			(*merge).checkDeprecations,
		},
		{(*merge).checkInaccessible},
		{(*merge).finish},
		{(*merge).checkSatisfiability},
	} {
		for _, rule := range stage {
			rule(m)
		}
		// The rules of a stage depend on the stages before.
		if len(m.errs) > 0 {
			m.errs.Sort()
			return nil, nil, m.errs.First()
		}
	}
	return m.schema, sorted(m.hints), nil
}
