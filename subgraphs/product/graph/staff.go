package graph

import (
	"context"
	"errors"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

type mutation root

// UpdateProduct changes a product, for admins.
func (m mutation) UpdateProduct(ctx context.Context, input generated.UpdateProductInput) (*generated.UpdateProductPayload, error) {
	if _, err := auth.RequireRole(ctx, auth.Admin); err != nil {
		return nil, err
	}
	product, err := m.service.Update(ctx, input.ID, changeOf(input))
	if err == nil {
		return &generated.UpdateProductPayload{Product: product, Errors: []generated.UpdateProductError{}}, nil
	}
	expected := updateError(err)
	if expected == nil {
		return nil, err
	}
	return &generated.UpdateProductPayload{Errors: []generated.UpdateProductError{expected}}, nil
}

// updateError is nil for an error that is not the asker's to mend.
func updateError(err error) generated.UpdateProductError {
	var meanwhile *catalog.ChangedError
	var wrong *catalog.InputError
	switch {
	case errors.As(err, &meanwhile):
		return generated.ProductChanged{
			Code: "PRODUCT_CHANGED", Message: meanwhile.Error(), Path: []string{"input", "expectedVersion"}, Product: meanwhile.Now,
		}
	case errors.As(err, &wrong):
		return generated.InvalidInput{Code: "INVALID_INPUT", Message: wrong.Message, Path: []string{"input"}}
	case errors.Is(err, catalog.ErrNotFound):
		return generated.UnknownProduct{Code: "UNKNOWN_PRODUCT", Message: "No product has this id.", Path: []string{"input", "id"}}
	default:
		return nil
	}
}

// changeOf reads the input. A price comes without its currency: it stays that of the product.
func changeOf(input generated.UpdateProductInput) catalog.Change {
	change := catalog.Change{
		ExpectedVersion: &input.ExpectedVersion, Title: input.Title, Description: input.Description, Active: input.Active,
	}
	if input.PriceMinor != nil {
		change.Price = &money.Money{AmountMinor: *input.PriceMinor}
	}
	return change
}

// AdjustStock books pieces that came or went, for admins.
func (m mutation) AdjustStock(ctx context.Context, input generated.AdjustStockInput) (*generated.AdjustStockPayload, error) {
	who, err := auth.RequireRole(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	product, err := m.stocks.Adjust(ctx, who.UserID, stock.Adjustment{
		ProductID: input.ProductID, Delta: input.Delta, Reason: input.Reason, Key: input.IdempotencyKey,
	})
	var refusal *stock.Refusal
	if errors.As(err, &refusal) {
		return &generated.AdjustStockPayload{Errors: []generated.AdjustStockError{adjustError(refusal)}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &generated.AdjustStockPayload{Product: m.service.Together(product), Errors: []generated.AdjustStockError{}}, nil
}

func adjustError(r *stock.Refusal) generated.AdjustStockError {
	path := []string{"input", r.Field}
	switch r.Code {
	case stock.ProductNotFound:
		return generated.UnknownProduct{Code: "UNKNOWN_PRODUCT", Message: r.Message, Path: path}
	case stock.InsufficientStock:
		return generated.InsufficientStock{Code: string(r.Code), Message: r.Message, Path: path}
	case stock.KeyReused:
		return generated.AdjustmentKeyReused{Code: "ADJUSTMENT_KEY_REUSED", Message: r.Message, Path: path}
	default:
		return generated.InvalidInput{Code: string(r.Code), Message: r.Message, Path: path}
	}
}

// numbers are what staff may know of stock.
type numbers root

func (numbers) OnHand(ctx context.Context, of *catalog.Stock) (*int, error) {
	return forStaff(ctx, of.OnHand), nil
}

func (numbers) Reserved(ctx context.Context, of *catalog.Stock) (*int, error) {
	return forStaff(ctx, of.Reserved), nil
}

func forStaff(ctx context.Context, number int) *int {
	if who, ok := auth.From(ctx); !ok || !who.Has(auth.Support, auth.Admin) {
		return nil
	}
	return &number
}
