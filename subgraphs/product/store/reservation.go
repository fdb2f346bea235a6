package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// Reservation implements stock.Tx.
func (t stockTx) Reservation(ctx context.Context, a stock.Attempt) (*stock.Reservation, error) {
	var row struct {
		Status    stock.Status `db:"status"`
		ExpiresAt int64        `db:"expires_at"`
		ShippedAt *int64       `db:"shipped_at"`
	}
	err := t.tx.GetContext(ctx, &row, t.tx.Rebind(`
		SELECT status, expires_at, shipped_at FROM reservation
		WHERE order_id = ? AND attempt = ?`), a.OrderID, a.Number)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read reservation: %w", err)
	}
	pieces, err := t.pieces(ctx, a)
	return &stock.Reservation{
		Attempt: a, Status: row.Status, Shipped: row.ShippedAt != nil, Pieces: pieces,
		ExpiresAt: time.UnixMicro(row.ExpiresAt).UTC(),
	}, err
}

func (t stockTx) pieces(ctx context.Context, a stock.Attempt) ([]stock.Piece, error) {
	var rows []struct {
		ProductID string `db:"product_id"`
		Quantity  int    `db:"quantity"`
	}
	err := t.tx.SelectContext(ctx, &rows, t.tx.Rebind(`
		SELECT product_id, quantity FROM reservation_item
		WHERE order_id = ? AND attempt = ? ORDER BY product_id`), a.OrderID, a.Number)
	if err != nil {
		return nil, fmt.Errorf("read reservation: %w", err)
	}
	pieces := make([]stock.Piece, len(rows))
	for i, row := range rows {
		pieces[i] = stock.Piece(row)
	}
	return pieces, nil
}

// AddReservation implements stock.Tx.
func (t stockTx) AddReservation(ctx context.Context, r stock.Reservation, now time.Time) error {
	_, err := t.exec(ctx, "add reservation", `INSERT INTO reservation
		(order_id, attempt, status, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
		r.OrderID, r.Number, r.Status, r.ExpiresAt.UnixMicro(), now.UnixMicro(), now.UnixMicro())
	if err != nil {
		return err
	}
	for _, p := range r.Pieces {
		_, err := t.exec(ctx, "add reservation", `INSERT INTO reservation_item
			(order_id, attempt, product_id, quantity) VALUES (?, ?, ?, ?)`,
			r.OrderID, r.Number, p.ProductID, p.Quantity)
		if err != nil {
			return err
		}
	}
	return nil
}

// SetStatus implements stock.Tx.
func (t stockTx) SetStatus(
	ctx context.Context, a stock.Attempt, status stock.Status, now time.Time,
) error {
	_, err := t.exec(ctx, "change reservation", `UPDATE reservation SET status = ?, updated_at = ?
		WHERE order_id = ? AND attempt = ?`, status, now.UnixMicro(), a.OrderID, a.Number)
	return err
}

// Overdue implements stock.Tx.
func (t stockTx) Overdue(ctx context.Context, now time.Time, limit int) ([]stock.Attempt, error) {
	var rows []struct {
		OrderID string `db:"order_id"`
		Attempt int    `db:"attempt"`
	}
	err := t.tx.SelectContext(ctx, &rows, t.tx.Rebind(`
		SELECT order_id, attempt FROM reservation
		WHERE status = 'HELD' AND expires_at <= ? ORDER BY expires_at, order_id LIMIT ?`),
		now.UnixMicro(), limit)
	if err != nil {
		return nil, fmt.Errorf("read overdue reservations: %w", err)
	}
	attempts := make([]stock.Attempt, len(rows))
	for i, row := range rows {
		attempts[i] = stock.Attempt{OrderID: row.OrderID, Number: row.Attempt}
	}
	return attempts, nil
}
