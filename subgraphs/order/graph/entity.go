package graph

import (
	"context"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// entity resolves representations, all of a type in one call.
type entity root

func (e entity) FindManyOrderByIDs(
	ctx context.Context, reps []*generated.OrderByIDsInput,
) ([]*sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	ids := each(reps, func(r *generated.OrderByIDsInput) string { return r.ID })
	return e.orders.OrdersByID(ctx, whose(identity), ids, selectedParts(ctx))
}

func (e entity) FindManyInvoiceByIDs(
	ctx context.Context, reps []*generated.InvoiceByIDsInput,
) ([]*sales.Invoice, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	ids := each(reps, func(r *generated.InvoiceByIDsInput) string { return r.ID })
	return e.orders.InvoicesByID(ctx, whose(identity), ids)
}

// FindManyProductByIDs returns products with only their ids; the product subgraph has the rest.
func (entity) FindManyProductByIDs(
	_ context.Context, reps []*generated.ProductByIDsInput,
) ([]*generated.Product, error) {
	return each(reps, func(r *generated.ProductByIDsInput) *generated.Product {
		return &generated.Product{ID: r.ID}
	}), nil
}

// FindManyUserByIDs returns users with only their ids; the user subgraph has the rest.
func (entity) FindManyUserByIDs(
	_ context.Context, reps []*generated.UserByIDsInput,
) ([]*generated.User, error) {
	return each(reps, func(r *generated.UserByIDsInput) *generated.User {
		return &generated.User{ID: r.ID}
	}), nil
}

type user root

func (u user) Basket(ctx context.Context, users []*generated.User) ([]*sales.Order, error) {
	return own(ctx, users, func(userID string) (*sales.Order, error) {
		return u.orders.Basket(ctx, userID, selectedParts(ctx))
	})
}

func (u user) Orders(
	ctx context.Context, users []*generated.User, first int, after *string,
) ([]*sales.Page, error) {
	return own(ctx, users, func(userID string) (*sales.Page, error) {
		return u.orders.Placed(ctx, userID, listing(ctx, nil, first, after))
	})
}

// own reads a value once for the user of the request, and returns it for that user. All other
// users get null, without an error that would reveal whether they exist.
func own[T any](
	ctx context.Context, users []*generated.User, read func(userID string) (*T, error),
) ([]*T, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	values := make([]*T, len(users))
	asking := func(u *generated.User) bool { return u.ID == identity.UserID }
	if !slices.ContainsFunc(users, asking) {
		return values, nil
	}
	value, err := once(ctx, here(ctx), func() (*T, error) { return read(identity.UserID) })
	if err != nil {
		return nil, err
	}
	for i, u := range users {
		if asking(u) {
			values[i] = value
		}
	}
	return values, nil
}

type product root

// QuantityInBasket returns null without a token: everyone may see products.
func (p product) QuantityInBasket(
	ctx context.Context, products []*generated.Product,
) ([]*int, error) {
	quantities := make([]*int, len(products))
	identity, known := auth.From(ctx)
	if !known {
		return quantities, nil
	}
	basket, err := once(ctx, belowRoot(ctx), func() (*sales.Order, error) {
		return p.orders.Basket(ctx, identity.UserID, sales.Parts{Items: true})
	})
	if err != nil {
		return nil, err
	}
	for i, product := range products {
		quantity := basket.Quantity(product.ID)
		quantities[i] = &quantity
	}
	return quantities, nil
}

type order struct{}

// Problems contain the titles of the order's items.
func (order) Problems(_ context.Context, o *sales.Order) ([]refusal.Refusal, error) {
	return o.Refusals(), nil
}

// User returns the buyer's id to everyone who can see the order, which is the buyer and staff.
// The user subgraph decides who sees the name.
func (order) User(_ context.Context, o *sales.Order) (*generated.User, error) {
	return &generated.User{ID: o.UserID}, nil
}

type orderItem struct{}

// Product returns a reference to the product; the product subgraph has the rest.
func (orderItem) Product(_ context.Context, item *sales.Item) (*generated.Product, error) {
	return &generated.Product{ID: item.ProductID}, nil
}

func each[A, B any](values []A, f func(A) B) []B {
	results := make([]B, len(values))
	for i, v := range values {
		results[i] = f(v)
	}
	return results
}
