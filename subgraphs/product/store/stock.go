package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

var _ stock.Store = (*Store)(nil)

// WriteStock implements stock.Store.
func (s *Store) WriteStock(ctx context.Context, fn func(context.Context, stock.Tx) error) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		return fn(ctx, stockTx{tx, s})
	})
}

// stockTx implements stock.Tx.
type stockTx struct {
	tx    *sqlx.Tx
	store *Store
}

// exec runs a statement and returns how many rows it changed.
func (t stockTx) exec(ctx context.Context, what, statement string, args ...any) (int64, error) {
	result, err := t.tx.ExecContext(ctx, t.tx.Rebind(statement), args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return result.RowsAffected()
}

// Products implements stock.Shelf.
func (t stockTx) Products(ctx context.Context, ids []string) (map[string]*catalog.Product, error) {
	statement, args, err := sqlx.In("SELECT "+productColumns+" FROM product p WHERE p.id IN (?)", ids)
	if err != nil {
		return nil, err
	}
	var rows []productRow
	if err := t.tx.SelectContext(ctx, &rows, t.tx.Rebind(statement), args...); err != nil {
		return nil, fmt.Errorf("look at stock: %w", err)
	}
	byID := make(map[string]*catalog.Product, len(rows))
	for _, p := range productsOf(rows) {
		byID[p.ID] = p
	}
	return byID, nil
}

// Take implements stock.Shelf.
func (t stockTx) Take(ctx context.Context, pieces []stock.Piece) error {
	for _, p := range pieces {
		taken, err := t.exec(ctx, "take", `UPDATE product SET reserved = reserved + ?
			WHERE id = ? AND on_hand - reserved >= ?`, p.Quantity, p.ProductID, p.Quantity)
		if err == nil && taken == 0 {
			err = fmt.Errorf("take %s: %w", p.ProductID, stock.ErrMoved)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// GiveBack implements stock.Shelf.
func (t stockTx) GiveBack(ctx context.Context, pieces []stock.Piece) error {
	for _, p := range pieces {
		_, err := t.exec(ctx, "give back", `UPDATE product SET reserved = reserved - ? WHERE id = ?`,
			p.Quantity, p.ProductID)
		if err != nil {
			return err
		}
	}
	return nil
}

// AnswerAgain implements stock.Tx.
func (t stockTx) AnswerAgain(ctx context.Context, a stock.Attempt) (found bool, err error) {
	var row struct {
		Kind  events.StockKind `db:"kind"`
		Reply []byte           `db:"reply"`
	}
	err = t.tx.GetContext(ctx, &row, t.tx.Rebind(`SELECT kind, reply FROM stock_inbox
		WHERE order_id = ? AND attempt = ?`), a.OrderID, a.Number)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for reply: %w", err)
	}
	return true, t.send(ctx, row.Kind, row.Reply)
}

// Keep implements stock.Tx.
func (t stockTx) Keep(ctx context.Context, r stock.Reply, now time.Time) error {
	data, err := json.Marshal(replied(r))
	if err != nil {
		return fmt.Errorf("keep reply: %w", err)
	}
	_, err = t.exec(ctx, "keep reply", `
		INSERT INTO stock_inbox (order_id, attempt, kind, reply, answered_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT (order_id, attempt) DO UPDATE SET
		kind = excluded.kind, reply = excluded.reply, answered_at = excluded.answered_at`,
		r.OrderID, r.Number, r.Outcome, data, now.UnixMicro())
	return err
}

// Send implements stock.Tx.
func (t stockTx) Send(ctx context.Context, r stock.Reply) error {
	data, err := json.Marshal(replied(r))
	if err != nil {
		return fmt.Errorf("send reply: %w", err)
	}
	return t.send(ctx, events.StockKind(r.Outcome), data)
}

func (t stockTx) send(ctx context.Context, kind events.StockKind, data []byte) error {
	m := bus.Message{ID: ids.New("msg"), Subject: events.StockSubject(kind), Data: data}
	return t.store.outbox.AddFirst(ctx, t.tx, m)
}

func replied(r stock.Reply) events.StockReply {
	reply := events.StockReply{
		Kind: events.StockKind(r.Outcome), OrderID: r.OrderID, Attempt: r.Number,
	}
	for _, rejection := range r.Rejections {
		sent := events.StockRejection{
			ProductID: rejection.ProductID, Reason: events.StockReason(rejection.Reason),
			Available: rejection.Available,
		}
		if rejection.Product != nil {
			now := changed(rejection.Product)
			sent.Product = &now
		}
		reply.Rejections = append(reply.Rejections, sent)
	}
	return reply
}
