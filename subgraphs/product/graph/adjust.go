package graph

import (
	"context"
	"errors"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// AdjustStock books pieces that arrived or left. Only admins may use it.
func (m mutation) AdjustStock(
	ctx context.Context, input generated.AdjustStockInput,
) (*generated.AdjustStockPayload, error) {
	who, err := auth.RequireRole(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	product, err := m.stocks.Adjust(ctx, who.UserID, stock.Adjustment{
		ProductID: input.ProductID, Delta: input.Delta, Reason: input.Reason, Key: input.IdempotencyKey,
	})
	var refusal *stock.Refusal
	if errors.As(err, &refusal) {
		problem := adjustError(refusal)
		return &generated.AdjustStockPayload{Errors: []generated.AdjustStockError{problem}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &generated.AdjustStockPayload{
		Product: m.service.Together(product), Errors: []generated.AdjustStockError{},
	}, nil
}

func adjustError(r *stock.Refusal) generated.AdjustStockError {
	path := []string{"input", r.Field}
	switch r.Code {
	case stock.ProductNotFound:
		return generated.UnknownProduct{Code: "UNKNOWN_PRODUCT", Message: r.Message, Path: path}
	case stock.InsufficientStock:
		return generated.InsufficientStock{Code: string(r.Code), Message: r.Message, Path: path}
	case stock.KeyReused:
		return generated.AdjustmentKeyReused{
			Code: "ADJUSTMENT_KEY_REUSED", Message: r.Message, Path: path,
		}
	default:
		return generated.InvalidInput{Code: string(r.Code), Message: r.Message, Path: path}
	}
}
