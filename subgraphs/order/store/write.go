package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

// ErrVersion says that another writer has stored the order since it was read.
var ErrVersion = errors.New("store: order has another version")

const upsertOrder = `
INSERT INTO orders (id, user_id, number, name, status, version, currency, total_minor,
	total_quantity, created_at, updated_at, placed_at, attempt, problems, chosen_at)
VALUES (:id, :user_id, :number, :name, :status, :version, :currency, :total_minor,
	:total_quantity, :created_at, :updated_at, :placed_at, :attempt, :problems, :chosen_at)
ON CONFLICT (id) DO UPDATE SET
	name = excluded.name, status = excluded.status, version = excluded.version,
	currency = excluded.currency, total_minor = excluded.total_minor,
	total_quantity = excluded.total_quantity, updated_at = excluded.updated_at,
	placed_at = excluded.placed_at, attempt = excluded.attempt, problems = excluded.problems,
	chosen_at = excluded.chosen_at
WHERE orders.version = excluded.version - 1`

const insertItem = `
INSERT INTO order_items (id, order_id, position, product_id, product_version, sku, title,
	quantity, unit_price_minor, tax_basis_points, shown_price_minor)
VALUES (:id, :order_id, :position, :product_id, :product_version, :sku, :title,
	:quantity, :unit_price_minor, :tax_basis_points, :shown_price_minor)`

const insertInvoice = `
INSERT INTO invoices (id, order_id, year, sequence, status, issued_at, currency, net_minor,
	tax_minor, gross_minor)
VALUES (:id, :order_id, :year, :sequence, :status, :issued_at, :currency, :net_minor,
	:tax_minor, :gross_minor)
ON CONFLICT (id) DO NOTHING`

// insertEvent adds an event if the status differs from that of the last event. An order begins as
// a draft.
const insertEvent = `
INSERT INTO order_events (order_id, version, status, at)
SELECT :id, :version, :status, :updated_at
WHERE coalesce(
	(SELECT status FROM order_events WHERE order_id = :id ORDER BY version DESC LIMIT 1),
	'DRAFT') <> :status`

const insertLine = `
INSERT INTO invoice_lines (invoice_id, position, sku, title, quantity, unit_price_minor,
	tax_basis_points, net_minor, tax_minor, gross_minor)
VALUES (:invoice_id, :position, :sku, :title, :quantity, :unit_price_minor,
	:tax_basis_points, :net_minor, :tax_minor, :gross_minor)`

// Save implements sales.Tx. It writes the items of drafts only, because later they do not change.
// Of a stored invoice only the status can change.
func (t transaction) Save(ctx context.Context, o sales.Order) error {
	row := newOrderRow(o)
	stored, err := t.exec(ctx, upsertOrder, row)
	if err != nil {
		return fmt.Errorf("save order: %w", err)
	}
	if stored == 0 {
		return fmt.Errorf("save order %s: %w", o.ID, ErrVersion)
	}
	if _, err := t.exec(ctx, insertEvent, row); err != nil {
		return fmt.Errorf("save event: %w", err)
	}
	switch {
	case o.Status == sales.Draft:
		return t.saveItems(ctx, o)
	case o.Status == sales.Pending:
		return t.describe(ctx, o)
	case o.Invoice != nil:
		return t.saveInvoice(ctx, o)
	}
	return nil
}

// CountOpen implements sales.Tx. An index counts each part.
func (t transaction) CountOpen(ctx context.Context, userID string) (open int, err error) {
	const statement = `
SELECT (SELECT count(*) FROM orders WHERE user_id = ? AND status = 'DRAFT')
	+ (SELECT count(*) FROM orders WHERE user_id = ? AND status = 'PENDING')`
	err = t.tx.GetContext(ctx, &open, statement, userID, userID)
	return open, wrap("count drafts", err)
}

// Delete implements sales.Tx. The database deletes items and events with the order.
func (t transaction) Delete(ctx context.Context, o sales.Order) error {
	for _, table := range []string{"placements", "order_words"} {
		_, err := t.tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE order_id = ?", o.ID)
		if err != nil {
			return fmt.Errorf("delete %s: %w", table, err)
		}
	}
	_, err := t.tx.ExecContext(ctx, "DELETE FROM orders WHERE id = ? AND status = 'DRAFT'", o.ID)
	return wrap("delete order", err)
}

func (t transaction) saveItems(ctx context.Context, o sales.Order) error {
	_, err := t.tx.ExecContext(ctx, "DELETE FROM order_items WHERE order_id = ?", o.ID)
	if err != nil {
		return fmt.Errorf("clear items: %w", err)
	}
	if len(o.Items) == 0 {
		return nil
	}
	if _, err := t.exec(ctx, insertItem, newItemRows(o)); err != nil {
		return fmt.Errorf("save items: %w", err)
	}
	return nil
}

func (t transaction) saveInvoice(ctx context.Context, o sales.Order) error {
	if o.Invoice.Status == sales.InvoiceCancelled {
		const cancel = "UPDATE invoices SET status = ? WHERE id = ?"
		_, err := t.tx.ExecContext(ctx, cancel, o.Invoice.Status, o.Invoice.ID)
		return wrap("cancel invoice", err)
	}
	stored, err := t.exec(ctx, insertInvoice, newInvoiceRow(o.ID, *o.Invoice))
	if err != nil || stored == 0 {
		return wrap("save invoice", err)
	}
	_, err = t.exec(ctx, insertLine, newLineRows(*o.Invoice))
	return wrap("save invoice lines", err)
}

// NextInvoice implements sales.Tx.
func (t transaction) NextInvoice(ctx context.Context, year int) (next int, err error) {
	const statement = `
INSERT INTO invoice_counters (year, last) VALUES (?, 1)
ON CONFLICT (year) DO UPDATE SET last = invoice_counters.last + 1 RETURNING last`
	err = t.tx.GetContext(ctx, &next, statement, year)
	return next, wrap("next invoice number", err)
}

// exec runs a statement with the named values of a row, or of a slice of rows.
func (t transaction) exec(ctx context.Context, statement string, rows any) (int64, error) {
	result, err := t.tx.NamedExecContext(ctx, statement, rows)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
