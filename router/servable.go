package main

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// namedAtMost is how many coordinates an error lists. Its locations are complete.
const namedAtMost = 3

// checkServable refuses a schema with access restrictions, because the router does not enforce
// them and would reveal what they hide.
func checkServable(schema *supergraph.Schema, c config.Config) error {
	restricted := supergraph.Restricted(schema)
	if len(restricted) == 0 {
		return nil
	}
	var named []string
	var places []federation.Location
	for _, r := range restricted {
		named, places = append(named, r.Coordinate), append(places, placeOf(r, c))
	}
	text := strings.Join(named[:min(len(named), namedAtMost)], ", ")
	if more := len(named) - namedAtMost; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return federation.Errors{{
		Code: federation.UnsupportedFeature,
		Message: text + ": @authenticated, @requiresScopes and @policy are composed, " +
			"but not enforced by this router yet; " +
			"remove them from the subgraphs to serve them",
		Locations: places,
	}}
}

// placeOf returns the location of a restriction: in the supergraph's file, or in the SDL of the
// subgraph that has this source.
func placeOf(r supergraph.Restriction, c config.Config) federation.Location {
	at := federation.At("", r.Position)
	if c.Supergraph != "" {
		at.File = c.Supergraph
		return at
	}
	for _, s := range c.Subgraphs {
		if sourceOf(s) == at.File {
			at.Subgraph = s.Name
			break
		}
	}
	return at
}
