package graph

import (
	"context"
	"errors"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
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
	expected := expectedErrors[generated.CreateProductError](err)
	if err != nil && len(expected) == 0 {
		return nil, err
	}
	return &generated.CreateProductPayload{Product: product, Errors: expected}, nil
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
	expected := expectedErrors[generated.UpdateProductError](err)
	if err != nil && len(expected) == 0 {
		return nil, err
	}
	return &generated.UpdateProductPayload{Product: product, Errors: expected}, nil
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

// expectedErrors returns the errors that the client can correct, or none if the error is another
// one.
func expectedErrors[Member any](err error) []Member {
	members := []Member{}
	for _, one := range apart(err) {
		if member, ok := expectedError(one).(Member); ok {
			members = append(members, member)
		}
	}
	return members
}

// apart splits joined errors.
func apart(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range joined.Unwrap() {
			all = append(all, apart(one)...)
		}
		return all
	}
	return []error{err}
}

func expectedError(err error) generated.UserError {
	var wrong *catalog.InputError
	var taken *catalog.TakenError
	var meanwhile *catalog.ChangedError
	switch {
	case errors.As(err, &wrong):
		return generated.InvalidInput{
			Code: "INVALID_INPUT", Message: wrong.Message, Path: []string{"input", wrong.Field},
		}
	case errors.As(err, &taken) && taken.Field == "slug":
		return generated.SlugTaken{
			Code: "SLUG_TAKEN", Message: taken.Error(), Path: []string{"input", "slug"},
		}
	case errors.As(err, &taken):
		return generated.SkuTaken{
			Code: "SKU_TAKEN", Message: taken.Error(), Path: []string{"input", "sku"},
		}
	case errors.As(err, &meanwhile):
		return generated.ProductChanged{
			Code: "PRODUCT_CHANGED", Message: meanwhile.Error(),
			Path: []string{"input", "expectedVersion"}, Product: meanwhile.Now,
		}
	case errors.Is(err, catalog.ErrNotFound):
		return generated.UnknownProduct{
			Code: "UNKNOWN_PRODUCT", Message: "No product has this id.",
			Path: []string{"input", "id"},
		}
	case errors.Is(err, catalog.ErrNoCategory):
		return generated.UnknownCategory{
			Code: "UNKNOWN_CATEGORY", Message: "No category has this slug.",
			Path: []string{"input", "category"},
		}
	case errors.Is(err, catalog.ErrKeyReused):
		return generated.CreationKeyReused{
			Code: "CREATION_KEY_REUSED", Message: "This key was used before, with another input.",
			Path: []string{"input", "idempotencyKey"},
		}
	}
	return nil
}
