package serve

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

const (
	// routerTimes is how many times the router's limits a service allows. The router adds keys and
	// __typename to what it was asked for, and a service refuses nothing that the router accepted.
	// The cost is of the worst case; a budget bounds what an operation really gets.
	routerTimes = 4
)

// costs refuses operations that ask for too much, before they are executed.
type costs struct {
	limits limits.Limits
	pricer *limits.Pricer
}

func newCosts(schema *ast.Schema) *costs {
	bounds := limits.Default()
	bounds.Objects, bounds.Values = routerTimes*bounds.Objects, routerTimes*bounds.Values
	return &costs{limits: bounds, pricer: limits.NewPricer(schema, bounds)}
}

// ExtensionName implements graphql.HandlerExtension.
func (*costs) ExtensionName() string { return "Costs" }

// Validate implements graphql.HandlerExtension.
func (*costs) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator. It changes nothing.
func (c *costs) MutateOperationContext(
	_ context.Context, of *graphql.OperationContext,
) *gqlerror.Error {
	if err := checkNulls(of.Operation, of.Variables); err != nil {
		return err
	}
	rootFields, few := countFields(of.Operation)
	if excess := c.limits.ExceedsRootFields(rootFields); excess != nil {
		return excess.Error(nil)
	}
	if !few {
		return &gqlerror.Error{
			Message:    "The operation has too many different fields in one place. Send it in parts.",
			Extensions: map[string]any{"code": string(apierror.OperationTooLarge)},
		}
	}
	return c.limits.Check(c.pricer.Price(of.Operation), of.Variables)
}
