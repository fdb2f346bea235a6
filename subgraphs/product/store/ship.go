package store

import (
	"context"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// Leave implements stock.Ledger. The pieces that leave were held, so the available stock stays
// the same and the product gets no new version.
func (t stockTx) Leave(ctx context.Context, e stock.Entry) error {
	if err := enter(ctx, t.tx, e); err != nil {
		return err
	}
	_, err := t.exec(ctx, "ship",
		`UPDATE product SET on_hand = on_hand + ?, reserved = reserved + ? WHERE id = ?`,
		e.Delta, e.Delta, e.ProductID)
	return err
}

// SetShipped implements stock.Tx.
func (t stockTx) SetShipped(ctx context.Context, a stock.Attempt, now time.Time) error {
	_, err := t.exec(ctx, "ship", `UPDATE reservation SET shipped_at = ?, updated_at = ?
		WHERE order_id = ? AND attempt = ?`, now.UnixMicro(), now.UnixMicro(), a.OrderID, a.Number)
	return err
}

// Prune implements stock.Tx.
func (t stockTx) Prune(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, "prune inbox", `
		DELETE FROM stock_inbox WHERE answered_at < ? AND NOT EXISTS (
			SELECT 1 FROM reservation r
			WHERE r.order_id = stock_inbox.order_id AND r.attempt = stock_inbox.attempt)`,
		before.UnixMicro())
	return err
}
