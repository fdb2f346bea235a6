package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
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
	refusals, err := refusal.Split(err)
	if err != nil || len(refusals) > 0 {
		return &generated.AdjustStockPayload{Errors: refusals}, err
	}
	root(m).expectProducts(ctx, product)
	return &generated.AdjustStockPayload{Product: product, Errors: refusals}, nil
}
