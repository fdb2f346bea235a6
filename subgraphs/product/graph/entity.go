package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
)

// entity resolves a whole batch of representations in one call.
type entity root

func (e entity) FindManyProductByIDs(ctx context.Context, reps []*generated.ProductByIDsInput) ([]*catalog.Product, error) {
	return root(e).shelves(ctx).ProductsBy(ctx, catalog.ByID, keys(reps, func(r *generated.ProductByIDsInput) string { return r.ID }))
}

func (e entity) FindManyProductBySlugs(ctx context.Context, reps []*generated.ProductBySlugsInput) ([]*catalog.Product, error) {
	return root(e).shelves(ctx).ProductsBy(ctx, catalog.BySlug, keys(reps, func(r *generated.ProductBySlugsInput) string { return r.Slug }))
}

func (e entity) FindManyCategoryByIDs(ctx context.Context, reps []*generated.CategoryByIDsInput) ([]*catalog.Category, error) {
	return e.service.CategoriesBy(ctx, catalog.ByID, keys(reps, func(r *generated.CategoryByIDsInput) string { return r.ID }))
}

func (e entity) FindManyCategoryBySlugs(ctx context.Context, reps []*generated.CategoryBySlugsInput) ([]*catalog.Category, error) {
	return e.service.CategoriesBy(ctx, catalog.BySlug, keys(reps, func(r *generated.CategoryBySlugsInput) string { return r.Slug }))
}

func keys[R any](representations []R, of func(R) string) []string {
	values := make([]string, len(representations))
	for i, representation := range representations {
		values[i] = of(representation)
	}
	return values
}
