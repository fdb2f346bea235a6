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
	found, err := root(e).visible(ctx).ProductsBy(ctx, catalog.ByID, ids)
	root(e).expectProducts(ctx, found...)
	return found, err
}

func (e entity) FindManyProductBySlugs(
	ctx context.Context, reps []*generated.ProductBySlugsInput,
) ([]*catalog.Product, error) {
	slugs := keys(reps, func(r *generated.ProductBySlugsInput) string { return r.Slug })
	found, err := root(e).visible(ctx).ProductsBy(ctx, catalog.BySlug, slugs)
	root(e).expectProducts(ctx, found...)
	return found, err
}

func (e entity) FindManyCategoryByIDs(
	ctx context.Context, reps []*generated.CategoryByIDsInput,
) ([]*catalog.Category, error) {
	ids := keys(reps, func(r *generated.CategoryByIDsInput) string { return r.ID })
	found, err := e.service.CategoriesBy(ctx, catalog.ByID, ids)
	root(e).expectCategories(ctx, found...)
	return found, err
}

func (e entity) FindManyCategoryBySlugs(
	ctx context.Context, reps []*generated.CategoryBySlugsInput,
) ([]*catalog.Category, error) {
	slugs := keys(reps, func(r *generated.CategoryBySlugsInput) string { return r.Slug })
	found, err := e.service.CategoriesBy(ctx, catalog.BySlug, slugs)
	root(e).expectCategories(ctx, found...)
	return found, err
}

func keys[R any](representations []R, of func(R) string) []string {
	values := make([]string, len(representations))
	for i, representation := range representations {
		values[i] = of(representation)
	}
	return values
}
