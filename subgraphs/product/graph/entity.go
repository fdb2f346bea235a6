package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
)

// entity resolves a whole batch of representations in one call.
type entity root

func (e entity) FindManyProductByIDs(
	ctx context.Context, reps []*generated.ProductByIDsInput,
) ([]*catalog.Product, error) {
	ids := keys(reps, func(r *generated.ProductByIDsInput) string { return r.ID })
	return root(e).shelves(ctx).ProductsBy(ctx, catalog.ByID, ids)
}

func (e entity) FindManyProductBySlugs(
	ctx context.Context, reps []*generated.ProductBySlugsInput,
) ([]*catalog.Product, error) {
	slugs := keys(reps, func(r *generated.ProductBySlugsInput) string { return r.Slug })
	return root(e).shelves(ctx).ProductsBy(ctx, catalog.BySlug, slugs)
}

func (e entity) FindManyCategoryByIDs(
	ctx context.Context, reps []*generated.CategoryByIDsInput,
) ([]*catalog.Category, error) {
	ids := keys(reps, func(r *generated.CategoryByIDsInput) string { return r.ID })
	return e.service.CategoriesBy(ctx, catalog.ByID, ids)
}

func (e entity) FindManyCategoryBySlugs(
	ctx context.Context, reps []*generated.CategoryBySlugsInput,
) ([]*catalog.Category, error) {
	slugs := keys(reps, func(r *generated.CategoryBySlugsInput) string { return r.Slug })
	return e.service.CategoriesBy(ctx, catalog.BySlug, slugs)
}

func keys[R any](representations []R, of func(R) string) []string {
	values := make([]string, len(representations))
	for i, representation := range representations {
		values[i] = of(representation)
	}
	return values
}
