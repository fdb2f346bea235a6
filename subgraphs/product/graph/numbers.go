package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// numbers resolves the numbers of stock, which only staff sees.
type numbers root

func (numbers) OnHand(ctx context.Context, of *catalog.Stock) (*int, error) {
	return forStaff(ctx, of.OnHand), nil
}

func (numbers) Reserved(ctx context.Context, of *catalog.Stock) (*int, error) {
	return forStaff(ctx, of.Reserved), nil
}

func forStaff(ctx context.Context, number int) *int {
	if !isStaff(ctx) {
		return nil
	}
	return &number
}

func isStaff(ctx context.Context) bool {
	who, ok := auth.From(ctx)
	return ok && who.Has(auth.Support, auth.Admin)
}
