package gateway

import (
	"net/http"
	"slices"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// codeNoContract is the code for a client that asks at the path of another's contract.
const codeNoContract = "CONTRACT_FORBIDDEN"

// Contract is a variant of the schema that some clients see: those who ask at its path, or those
// who have its claim. With both, only clients with the claim may use the path.
type Contract struct {
	Name   string
	Engine *Engine
	// Path is where the variant is served, such as /graphql/partner; empty for none.
	Path string
	// Claim is the path of a claim. Clients whose claim is one of Values, or a list with one of
	// them, get this variant at /graphql. It may be empty.
	Claim, Values []string
	// IsDefault is true if the variant is served at /graphql to clients without another one's
	// claim. The whole schema is then served nowhere.
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
				"This schema is for other clients. Use %s.", graphqlPath)
		default:
			return c.Engine, nil
		}
	}
	// The contract was taken away since the path was found.
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
