package main

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// namedAtMost bounds how many coordinates an error lists.
const namedAtMost = 3

// checkServable refuses a schema that restricts who may see what: served without these checks, it would show what is meant to be
// hidden.
func checkServable(schema *supergraph.Schema) error {
	restricted := supergraph.Restricted(schema)
	if len(restricted) == 0 {
		return nil
	}
	named := strings.Join(restricted[:min(len(restricted), namedAtMost)], ", ")
	if more := len(restricted) - namedAtMost; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	return federation.Errors{{
		Code: federation.UnsupportedFeature,
		Message: fmt.Sprintf("%s: @authenticated, @requiresScopes and @policy are composed, but not enforced by this router yet; "+
			"remove them from the subgraphs to serve them", named),
	}}
}
