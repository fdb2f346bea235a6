package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
)

type mutation root

// CreateProduct adds a new product. Only admins may use it.
func (m mutation) CreateProduct(
	ctx context.Context, input generated.CreateProductInput,
) (*generated.CreateProductPayload, error) {
	who, err := auth.RequireRole(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	product, err := m.service.Create(ctx, who.UserID, input.IdempotencyKey, creationOf(input))
	root(m).expectProducts(ctx, product)
	refusals, err := refusal.Split(err)
	if err != nil {
		return nil, err
	}
	return &generated.CreateProductPayload{Product: product, Errors: refusals}, nil
}

func creationOf(input generated.CreateProductInput) catalog.Creation {
	price := money.Money{AmountMinor: input.PriceMinor, Currency: input.Currency}
	return catalog.Creation{
		Slug: input.Slug, SKU: input.Sku, Title: input.Title, Description: input.Description,
		Category: input.Category, Price: price, TaxBasisPoints: input.TaxBasisPoints,
		OnHand: input.OnHand, Active: input.Active, Images: imagesOf(input.Images),
	}
}

// UpdateProduct changes a product. Only admins may use it.
func (m mutation) UpdateProduct(
	ctx context.Context, input generated.UpdateProductInput,
) (*generated.UpdateProductPayload, error) {
	if _, err := auth.RequireRole(ctx, auth.Admin); err != nil {
		return nil, err
	}
	product, err := m.service.Update(ctx, input.ID, changeOf(input))
	root(m).expectProducts(ctx, product)
	refusals, err := refusal.Split(err)
	if err != nil {
		return nil, err
	}
	return &generated.UpdateProductPayload{Product: product, Errors: refusals}, nil
}

// changeOf converts the input. The input's price has no currency, so the product keeps its own.
func changeOf(input generated.UpdateProductInput) catalog.Change {
	change := catalog.Change{
		ExpectedVersion: &input.ExpectedVersion, Slug: input.Slug, SKU: input.Sku,
		Title: input.Title, Description: input.Description, Category: input.Category,
		TaxBasisPoints: input.TaxBasisPoints, Active: input.Active,
	}
	if input.PriceMinor != nil {
		change.Price = &money.Money{AmountMinor: *input.PriceMinor}
	}
	if input.Images != nil {
		change.Images = new(imagesOf(input.Images))
	}
	return change
}

func imagesOf(inputs []*catalog.Image) []catalog.Image {
	images := make([]catalog.Image, len(inputs))
	for i, input := range inputs {
		images[i] = *input
	}
	return images
}
