// Package graph resolves GraphQL for the product subgraph. It contains no rules: a field of Query
// or an entity lookup becomes a call of catalog.Service, and errors of the service become errors
// with a code. Generated code reads all other fields from the domain's values.
package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// NewSchema returns the executable schema on the services.
func NewSchema(service *catalog.Service, stocks *stock.Service) graphql.ExecutableSchema {
	resolvers := root{service, stocks}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: resolvers})
	return entitiesByKey{batch.PerResponse(schema, resolvers.newLoaders)}
}

type root struct {
	service *catalog.Service
	stocks  *stock.Service
}

func (r root) Query() generated.QueryResolver       { return query(r) }
func (r root) Mutation() generated.MutationResolver { return mutation(r) }
func (r root) Product() generated.ProductResolver   { return product(r) }
func (r root) Category() generated.CategoryResolver { return category(r) }
func (r root) Stock() generated.StockResolver       { return numbers(r) }
func (r root) Entity() generated.EntityResolver     { return entity(r) }

func (r root) ProductConnection() generated.ProductConnectionResolver { return connection(r) }

// visible returns the service with the products that this user may see.
func (r root) visible(ctx context.Context) *catalog.Service {
	if isStaff(ctx) {
		return r.service.ForStaff()
	}
	return r.service
}

type query root

func (q query) Product(ctx context.Context, id, slug *string) (*catalog.Product, error) {
	product, err := root(q).visible(ctx).Product(ctx, id, slug)
	root(q).expectProducts(ctx, product)
	return product, coded(err)
}

func (q query) Products(
	ctx context.Context, first int, after *string, page *int,
	filter *catalog.Filter, sort catalog.Sort,
) (*catalog.Page, error) {
	asked := catalog.Query{First: first, After: after, Page: page, Sort: sort}
	if filter != nil {
		asked.Filter = *filter
	}
	if asked.Filter.OffSale() {
		if _, err := auth.RequireRole(ctx, auth.Support, auth.Admin); err != nil {
			return nil, err
		}
	}
	found, err := q.service.Products(ctx, asked)
	root(q).expectPage(ctx, found)
	return found, coded(err)
}

func (q query) Categories(ctx context.Context) ([]*catalog.Category, error) {
	all, err := q.service.Categories(ctx)
	root(q).expectCategories(ctx, all...)
	return all, err
}

func (q query) LowStock(
	ctx context.Context, atMost, first int, after *string,
) (*catalog.Page, error) {
	if _, err := auth.RequireRole(ctx, auth.Support, auth.Admin); err != nil {
		return nil, err
	}
	page, err := q.service.LowStock(ctx, catalog.Query{First: first, After: after}, atMost)
	root(q).expectPage(ctx, page)
	return page, coded(err)
}

func (q query) StockLedger(
	ctx context.Context, productID string, first int, after *string,
) (*stock.LedgerPage, error) {
	if _, err := auth.RequireRole(ctx, auth.Support, auth.Admin); err != nil {
		return nil, err
	}
	return q.stocks.History(ctx, productID, first, after)
}

// coded adds codes to the errors for clients, and returns other errors unchanged.
func coded(err error) error {
	var input refusal.InvalidInput
	if errors.As(err, &input) {
		return apierror.Wrap(apierror.BadUserInput, input.Message, err)
	}
	return err
}
