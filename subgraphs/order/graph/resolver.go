// Package graph answers the GraphQL fields of the order subgraph.
//
// It only translates: the identity in the context becomes a user's id, the selection becomes the
// Parts to read, a Refusal becomes an entry of a payload's errors. Rules live in package sales.
//
//	gqlgen (generated) ──▶ Query · Mutation · entities · fields ──▶ sales.Service
//
// Whose data is shown is decided by the token alone, in every resolver anew: a representation that
// names another user finds nothing. Fields of entities are resolved for all entities at once.
package graph

import (
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// New returns the subgraph's schema, resolved by the service.
//
// The answer to a placing waits for what becomes of it, but not longer than patience.
func New(orders *sales.Service, patience time.Duration) graphql.ExecutableSchema {
	return remembering{generated.NewExecutableSchema(generated.Config{Resolvers: root{orders, patience}})}
}

type root struct {
	orders   *sales.Service
	patience time.Duration
}

func (r root) Query() generated.QueryResolver               { return query(r) }
func (r root) Mutation() generated.MutationResolver         { return mutation(r) }
func (r root) Subscription() generated.SubscriptionResolver { return subscription(r) }
func (r root) Entity() generated.EntityResolver             { return entity(r) }
func (r root) User() generated.UserResolver                 { return user(r) }
func (r root) Product() generated.ProductResolver           { return product(r) }
func (r root) Order() generated.OrderResolver               { return order{} }
func (r root) OrderItem() generated.OrderItemResolver       { return orderItem{} }

// shown gives an error that a client may see its code; all others stay internal.
func shown(err error) error {
	var input *sales.InputError
	if errors.As(err, &input) {
		return apierror.New(apierror.BadUserInput, input.Message)
	}
	return err
}
