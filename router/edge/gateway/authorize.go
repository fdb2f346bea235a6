package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/edge/policy"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/query/access"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// AuthorizationMode says what becomes of an operation of which the client may not see a part.
type AuthorizationMode int

// The modes.
const (
	// Filter executes the rest. Hidden fields are null, each with an error.
	Filter AuthorizationMode = iota
	// Reject refuses the operation.
	Reject
	// Report executes all of it, and logs what the client may not see.
	Report
)

// Authorization configures how @authenticated, @requiresScopes and @policy are enforced. The zero
// value enforces them for clients that meet no policy.
type Authorization struct {
	Mode     AuthorizationMode
	Policies *policy.Set
	// Denied, if set, is called for each request that selects something hidden, in all modes. What
	// @skip and @include leave out does not count.
	Denied func(operation string)
}

// restrictions are the access rules of a schema, and the operations without what they hide.
type restrictions struct {
	rules *access.Rules
	plans *bounded[restriction[*planned], *planned]
	made  *bounded[restriction[*prepared], *prepared]
}

// restriction is an operation, and the decision about what of it is hidden.
type restriction[T comparable] struct {
	of       T
	decision string
}

// newRestrictions returns the rules of a schema; nil if it has none. It refuses a schema with a
// policy that is not defined.
func newRestrictions(schema *supergraph.Schema, o EngineOptions) (*restrictions, error) {
	rules := access.NewRules(schema)
	if rules == nil {
		return nil, nil
	}
	if missing := o.Authorization.Policies.Missing(rules.Policies()); len(missing) > 0 {
		return nil, fmt.Errorf("the schema's @policy names policies that are not defined: %s; "+
			"define them under authorization: policies, or name a policyEndpoint",
			strings.Join(missing, ", "))
	}
	r := &restrictions{rules: rules}
	var err error
	if r.plans, err = newBounded[restriction[*planned], *planned](o.CachedOperations); err != nil {
		return nil, err
	}
	r.made, err = newBounded[restriction[*prepared], *prepared](o.CachedOperations)
	return r, err
}

// needs returns what an operation demands; nil if nothing.
func (r *restrictions) needs(op *operation.Operation) *access.Needs {
	if r == nil {
		return nil
	}
	return r.rules.Needs(op)
}

// authorizeStep hides what the client may not see. It is always in the list, because the schema
// alone says whether there is anything to enforce. An operation without restricted fields passes
// at once.
type authorizeStep struct{}

func (authorizeStep) name() string { return "authorize" }

func (authorizeStep) pass(x *exchange, c *call) error {
	needs := c.prepared.needs
	if needs == nil {
		return nil
	}
	c.isPersonal = true
	o := &c.engine.options.Authorization
	decision := needs.Decide(x.request.Context(), o.claims(x, c.prepared.operation))
	if decision == nil {
		return nil
	}
	if o.Mode == Filter && o.Denied == nil {
		return c.restrict(x.request.Context(), decision)
	}
	variables, err := c.coerce()
	if err != nil {
		return refusalOf(err)
	}
	paths, more := decision.Paths(variables)
	if len(paths) > 0 && o.Denied != nil {
		o.Denied(x.operation)
	}
	switch {
	case o.Mode == Filter:
		return c.restrict(x.request.Context(), decision)
	case len(paths) == 0: // what is hidden is not selected, with these variables
		return nil
	case o.Mode == Reject:
		return refuseUnauthorized(paths, more)
	}
	x.log().Warn("not authorized", "operation", x.operation,
		"paths", paths[:min(len(paths), loggedPaths)], "count", len(paths))
	return nil
}

// loggedPaths is how many paths a log entry has at most.
const loggedPaths = 10

// claims returns what is known of a client, for the decision about an operation.
func (o *Authorization) claims(x *exchange, op *operation.Operation) access.Claims {
	identity := x.identity.Identity
	claims := access.Claims{
		Policies: func(ctx context.Context, names []string) []string {
			request := policy.Request{
				Operation: op.Name, Kind: string(op.Kind), Header: x.request.Header,
			}
			if identity != nil {
				request.Claims = identity.Claims()
			}
			return o.Policies.Granted(ctx, request, names)
		},
	}
	if identity != nil {
		claims.Authenticated, claims.HasScope = true, identity.HasScope
	}
	return claims
}

// refuseUnauthorized refuses a whole operation, and says because of which fields.
func refuseUnauthorized(paths [][]string, more bool) error {
	named := make([]string, 0, len(paths))
	for _, path := range paths[:min(len(paths), namedPaths)] {
		named = append(named, strings.Join(path, "."))
	}
	text := strings.Join(named, ", ")
	if more || len(paths) > namedPaths {
		text += " and others"
	}
	r := refusal.New(http.StatusForbidden, operation.CodeUnauthorized,
		"You are not allowed to see all that the operation selects: %s. "+
			"Nothing was executed. Sign in, or request the permission for it.", text).OfDocument()
	r.Errors[0].Extensions["paths"] = paths
	return r
}

// namedPaths is how many paths an error's message has at most. Its extensions have up to 100.
const namedPaths = 3

// restrict replaces the operation of a call with the one without what is hidden.
func (c *call) restrict(ctx context.Context, decision *access.Decision) error {
	made, err := c.engine.restricted(ctx, c.prepared, decision)
	if err != nil {
		return refusalOf(err)
	}
	c.prepared = made
	return nil
}

// restricted returns an operation without what is hidden. Each is planned once for each decision.
func (e *Engine) restricted(
	ctx context.Context, p *prepared, decision *access.Decision,
) (*prepared, error) {
	k := restriction[*prepared]{p, decision.Key()}
	if found, ok := e.restrictions.made.get(k); ok {
		return found, nil
	}
	formKey := restriction[*planned]{p.planned, decision.Key()}
	plan, ok := e.restrictions.plans.get(formKey)
	if !ok {
		if err := e.takeSlot(ctx); err != nil {
			return nil, err
		}
		defer e.slots.give()
		var err error
		if plan, err = e.planRestricted(p.planned, decision); err != nil {
			return nil, err
		}
		if p.kept {
			e.restrictions.plans.add(formKey, plan)
		}
	}
	made := e.newPrepared(plan, p.literals)
	if p.kept {
		e.restrictions.made.add(k, made)
	}
	return made, nil
}

// planRestricted plans what is left of an operation. The response has the shape of the whole.
func (e *Engine) planRestricted(p *planned, decision *access.Decision) (*planned, error) {
	made, err := e.planners.in(p.labels).Plan(p.operation.Without(decision))
	if err != nil {
		return nil, err
	}
	restricted := *p
	restricted.plan = made
	restricted.shape = p.shape.Without(decision)
	return &restricted, nil
}
