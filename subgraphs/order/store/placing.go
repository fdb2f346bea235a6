package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// OrderOf implements sales.Tx.
func (t transaction) OrderOf(ctx context.Context, a sales.Attempt) (*sales.Order, error) {
	const statement = "SELECT * FROM orders WHERE id = ? AND attempt = ?"
	found, err := t.whole(ctx, statement, a.OrderID, a.Number)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// PendingSince implements sales.Tx.
func (t transaction) PendingSince(
	ctx context.Context, placed time.Time, limit int,
) ([]*sales.Order, error) {
	return t.whole(ctx, `SELECT * FROM orders WHERE status = 'PENDING' AND placed_at <= ?
		ORDER BY placed_at, id LIMIT ?`, placed.UnixMicro(), limit)
}

func (t transaction) whole(
	ctx context.Context, statement string, args ...any,
) ([]*sales.Order, error) {
	rows, err := query[orderRow](ctx, t.tx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	found := make([]*sales.Order, len(rows))
	for i, row := range rows {
		found[i] = row.order()
	}
	return found, t.complete(ctx, found, sales.Whole())
}

// Ask implements sales.CommandTx.
func (t transaction) Ask(ctx context.Context, c sales.Command) error {
	kind := events.StockKind(c.Ask)
	command := events.StockCommand{Kind: kind, OrderID: c.OrderID, Attempt: c.Number}
	for _, w := range c.Items {
		command.Items = append(command.Items, events.StockItem{
			ProductID: w.ProductID, Quantity: w.Quantity,
			PriceMinor: w.Price.AmountMinor, Currency: w.Price.Currency,
		})
	}
	data, err := json.Marshal(command)
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	return t.commands.Add(ctx, t.tx, bus.Message{
		ID: commandID(c.Attempt, c.Ask), Subject: events.StockSubject(kind), Data: data,
	})
}

// Answered implements sales.CommandTx.
func (t transaction) Answered(ctx context.Context, a sales.Attempt, asks ...sales.Ask) error {
	ids := make([]string, len(asks))
	for i, ask := range asks {
		ids[i] = commandID(a, ask)
	}
	return t.commands.Answered(ctx, t.tx, ids...)
}

// Waits implements sales.CommandTx.
func (t transaction) Waits(ctx context.Context, a sales.Attempt, ask sales.Ask) (bool, error) {
	var waiting int
	const statement = "SELECT count(*) FROM command WHERE id = ?"
	err := t.tx.GetContext(ctx, &waiting, statement, commandID(a, ask))
	return waiting > 0, wrap("look for command", err)
}

func commandID(a sales.Attempt, ask sales.Ask) string {
	return fmt.Sprintf("%s/%d/%s", a.OrderID, a.Number, ask)
}

// Promised writes the items that the stock must hold for confirmed orders: lines with order,
// attempt, product and quantity.
func Promised(ctx context.Context, db *sqldb.DB, to io.Writer) error {
	var rows []struct {
		OrderID   string `db:"order_id"`
		Attempt   int    `db:"attempt"`
		ProductID string `db:"product_id"`
		Quantity  int    `db:"quantity"`
	}
	err := db.Read().SelectContext(ctx, &rows, `SELECT order_id, attempt, product_id, quantity
		FROM order_items JOIN orders ON orders.id = order_id
		WHERE attempt > 0 AND status IN ('CONFIRMED', 'PROCESSING') ORDER BY order_id, product_id`)
	if err != nil {
		return fmt.Errorf("read promises: %w", err)
	}
	for _, r := range rows {
		if _, err := fmt.Fprintln(to, r.OrderID, r.Attempt, r.ProductID, r.Quantity); err != nil {
			return err
		}
	}
	return nil
}
