package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// loaders load what belongs to products and categories.
type loaders struct {
	categories    *batch.Loader[*catalog.Category] // by id
	images        *batch.Loader[[]*catalog.Image]  // by the product's id
	productCounts *batch.Loader[int]               // by the category's id
}

func (r root) newLoaders() *loaders {
	l := &loaders{
		images:        batch.New(r.service.Images),
		productCounts: batch.New(r.service.ProductCounts),
	}
	l.categories = batch.New(
		func(ctx context.Context, ids []string) (map[string]*catalog.Category, error) {
			l.productCounts.Expect(ids)
			return r.service.CategoriesByID(ctx, ids)
		})
	return l
}

// loaders returns the loaders of the response.
func (r root) loaders(ctx context.Context) *loaders { return batch.Of(ctx, r.newLoaders) }

// expectProducts announces products whose categories and images may be requested. A product that
// was not found is nil.
func (r root) expectProducts(ctx context.Context, products ...*catalog.Product) {
	var ids, categoryIDs []string
	for _, p := range products {
		if p != nil {
			ids, categoryIDs = append(ids, p.ID), append(categoryIDs, p.CategoryID)
		}
	}
	l := r.loaders(ctx)
	l.images.Expect(ids)
	l.categories.Expect(categoryIDs)
}

func (r root) expectPage(ctx context.Context, page *catalog.Page) {
	if page != nil {
		r.expectProducts(ctx, page.Nodes...)
	}
}

// expectCategories announces categories whose products may be counted. A category that was not
// found is nil.
func (r root) expectCategories(ctx context.Context, categories ...*catalog.Category) {
	var ids []string
	for _, c := range categories {
		if c != nil {
			ids = append(ids, c.ID)
		}
	}
	r.loaders(ctx).productCounts.Expect(ids)
}

type product root

// Category returns the product's category.
func (p product) Category(ctx context.Context, of *catalog.Product) (*catalog.Category, error) {
	return root(p).loaders(ctx).categories.Get(ctx, of.CategoryID)
}

// Images returns the product's pictures, the main one first.
func (p product) Images(ctx context.Context, of *catalog.Product) ([]*catalog.Image, error) {
	return root(p).loaders(ctx).images.Get(ctx, of.ID)
}

type category root

// ProductCount returns the number of active products in the category.
func (c category) ProductCount(ctx context.Context, of *catalog.Category) (int, error) {
	return root(c).loaders(ctx).productCounts.Get(ctx, of.ID)
}

type connection root

// Facets returns the facets of the page's list.
func (c connection) Facets(ctx context.Context, of *catalog.Page) (*catalog.Facets, error) {
	facets, err := of.Facets(ctx)
	if err != nil {
		return nil, err
	}
	categories := make([]*catalog.Category, len(facets.Categories))
	for i, facet := range facets.Categories {
		categories[i] = facet.Category
	}
	root(c).expectCategories(ctx, categories...)
	return facets, nil
}
