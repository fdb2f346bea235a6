package serve

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const (
	// routerTimes is a service's limit as a multiple of the router's. The router adds keys and
	// __typename to the client's operation, and a service must not refuse an operation that the
	// router accepted. The cost is that of the worst case; a budget bounds the actual response.
	routerTimes = 4
)

// costs refuses operations that cost too much before they are executed.
type costs struct {
	limits limits.Limits
	pricer *limits.Pricer
}

func newCosts(schema *ast.Schema) *costs {
	bounds := limits.Default()
	bounds.Objects, bounds.Values = routerTimes*bounds.Objects, routerTimes*bounds.Values
	bounds.Weight *= routerTimes
	return &costs{limits: bounds, pricer: limits.NewPricer(schema, bounds)}
}

// ExtensionName implements graphql.HandlerExtension.
func (*costs) ExtensionName() string { return "Costs" }

// Validate implements graphql.HandlerExtension.
func (*costs) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator. It only checks the
// operation.
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
			Message:    "The operation has too many different fields on one object. Send it in parts.",
			Extensions: map[string]any{"code": string(apierror.OperationTooLarge)},
		}
	}
	return c.limits.Check(c.pricer.Price(of.Operation), of.Variables)
}
