package store

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// Orders implements sales.Reader.
func (t transaction) Orders(ctx context.Context, f sales.Filter) ([]*sales.Order, error) {
	statement, args := selectOrders(t.dialect, f)
	if statement == "" {
		return nil, nil
	}
	rows, err := query[orderRow](ctx, t.tx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	found := make([]*sales.Order, len(rows))
	for i, row := range rows {
		found[i] = row.order()
	}
	return found, t.complete(ctx, found, f.With)
}

// selectOrders returns the statement for a filter, or "" if the filter selects no ids.
func selectOrders(d sqldb.Dialect, f sales.Filter) (statement string, args []any) {
	where := newWhere(d, f.UserID)
	end := ""
	switch {
	case f.Drafts > 0:
		where.and("status = 'DRAFT'")
		end, args = " ORDER BY chosen_at DESC, id DESC LIMIT ?", []any{f.Drafts}
	case f.Placed != nil:
		return selectPlaced(d, f.UserID, *f.Placed)
	case len(f.IDs) > 0:
		where.and("id IN (?)", f.IDs)
	case len(f.InvoiceIDs) > 0:
		where.and("id IN (SELECT order_id FROM invoices WHERE id IN (?))", f.InvoiceIDs)
	default:
		return "", nil
	}
	rows, found := where.rows()
	return "SELECT *" + rows + end, append(found, args...)
}

// complete reads the requested parts of all orders, with a statement for each table.
func (t transaction) complete(ctx context.Context, orders []*sales.Order, with sales.Parts) error {
	if len(orders) == 0 {
		return nil
	}
	byID := make(map[string]*sales.Order, len(orders))
	ids := make([]string, len(orders))
	for i, o := range orders {
		ids[i], byID[o.ID] = o.ID, o
	}
	if with.Items {
		if err := t.addItems(ctx, ids, byID); err != nil {
			return fmt.Errorf("read items: %w", err)
		}
	}
	if with.History {
		if err := t.addHistory(ctx, ids, byID); err != nil {
			return fmt.Errorf("read history: %w", err)
		}
	}
	if with.Invoice {
		if err := t.addInvoices(ctx, ids, byID); err != nil {
			return fmt.Errorf("read invoices: %w", err)
		}
	}
	return nil
}

func (t transaction) addItems(
	ctx context.Context, ids []string, orders map[string]*sales.Order,
) error {
	const statement = "SELECT * FROM order_items WHERE order_id IN (?) ORDER BY order_id, position"
	rows, err := query[itemRow](ctx, t.tx, statement, ids)
	for _, row := range rows {
		o := orders[row.OrderID]
		o.Items = append(o.Items, row.item(o.Total.Currency))
	}
	return err
}

func (t transaction) addHistory(
	ctx context.Context, ids []string, orders map[string]*sales.Order,
) error {
	const statement = `SELECT order_id, status, at FROM order_events
		WHERE order_id IN (?) ORDER BY order_id, version`
	rows, err := query[eventRow](ctx, t.tx, statement, ids)
	for _, row := range rows {
		o := orders[row.OrderID]
		o.History = append(o.History, sales.Event{Status: sales.Status(row.Status), At: instant(row.At)})
	}
	return err
}

func (t transaction) addInvoices(
	ctx context.Context, orderIDs []string, orders map[string]*sales.Order,
) error {
	const statement = "SELECT * FROM invoices WHERE order_id IN (?)"
	rows, err := query[invoiceRow](ctx, t.tx, statement, orderIDs)
	if err != nil || len(rows) == 0 {
		return err
	}
	invoices := make(map[string]*sales.Invoice, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		invoice := row.invoice()
		orders[row.OrderID].Invoice = invoice
		ids[i], invoices[row.ID] = row.ID, invoice
	}
	return t.addLines(ctx, ids, invoices)
}

func (t transaction) addLines(
	ctx context.Context, ids []string, invoices map[string]*sales.Invoice,
) error {
	const statement = `SELECT * FROM invoice_lines
		WHERE invoice_id IN (?) ORDER BY invoice_id, position`
	rows, err := query[lineRow](ctx, t.tx, statement, ids)
	for _, row := range rows {
		invoice := invoices[row.InvoiceID]
		invoice.Lines = append(invoice.Lines, row.line(invoice.Gross.Currency))
	}
	return err
}
