// Package graph resolves the GraphQL fields of the order subgraph.
//
// It only translates: the identity in the context becomes a user id, the selection becomes the
// Parts to read, and a Refusal becomes an entry in a payload's errors. Package sales has the
// rules.
//
//	gqlgen (generated) ──▶ Query · Mutation · entities · fields ──▶ sales.Service
//
// Every resolver decides by the token alone whose data it returns: a representation that names
// another user gets nothing. Fields of entities are resolved for all entities at once.
package graph

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// New returns the subgraph's schema with resolvers that call the service. placeOrder waits for
// the stock, but not longer than patience.
func New(orders *sales.Service, patience time.Duration) graphql.ExecutableSchema {
	config := generated.Config{Resolvers: root{orders, patience}}
	return batch.PerResponse(generated.NewExecutableSchema(config), newMemory)
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
