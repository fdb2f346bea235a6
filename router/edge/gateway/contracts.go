package gateway

import (
	"net/http"
	"slices"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// codeNoContract means that the client may not use the contract at this path.
const codeNoContract = "CONTRACT_FORBIDDEN"

// Contract is a variant of the schema for some clients: those that use its path, or those that
// have its claim. If it has a path and a claim, only clients with the claim may use the path.
type Contract struct {
	Name   string
	Engine *Engine
	// Path is the path at which the variant is served, for example /graphql/partner. It may be empty.
	Path string
	// Claim is the path of a claim, or empty. A client gets this variant at /graphql if the value of
	// its claim, or an element of the value, is one of Values.
	Claim, Values []string
	// IsDefault is true if clients that have no contract's claim get this variant at /graphql. No
	// client can then use the complete schema.
	IsDefault bool
}

// isFor reports whether a client has the contract's claim.
func (c *Contract) isFor(identity *authentication.Identity) bool {
	if identity == nil || len(c.Claim) == 0 {
		return false
	}
	value, _ := identity.Claim(c.Claim...)
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	return slices.ContainsFunc(list, func(one any) bool {
		text, isText := one.(string)
		return isText && slices.Contains(c.Values, text)
	})
}

// hasPath reports whether a contract is served at a path.
func (s *serving) hasPath(path string) bool {
	return s != nil && slices.ContainsFunc(s.contracts, func(c Contract) bool {
		return c.Path != "" && (path == c.Path || path == c.Path+"/")
	})
}

// engineFor returns the engine whose schema a client sees.
func (s *serving) engineFor(x *exchange) (*Engine, error) {
	if len(s.contracts) == 0 {
		return s.engine, nil
	}
	identity, path := x.identity.Identity, x.request.URL.Path
	if isGraphQL(path) {
		return s.engineAtRoot(identity), nil
	}
	for i := range s.contracts {
		c := &s.contracts[i]
		switch {
		case path != c.Path && path != c.Path+"/":
		case len(c.Claim) > 0 && !c.isFor(identity):
			return nil, refusal.New(http.StatusForbidden, codeNoContract,
				"You may not use the schema at this path. Use %s.", graphqlPath)
		default:
			return c.Engine, nil
		}
	}
	// A reload has removed the contract since ServeHTTP found its path.
	return nil, refusal.New(http.StatusNotFound, codeNoContract,
		"No schema is served here. Use %s.", graphqlPath)
}

// engineAtRoot returns the engine for a request at /graphql.
func (s *serving) engineAtRoot(identity *authentication.Identity) *Engine {
	found := s.engine
	for i := range s.contracts {
		c := &s.contracts[i]
		if c.isFor(identity) {
			return c.Engine
		}
		if c.IsDefault {
			found = c.Engine
		}
	}
	return found
}
