package store

import (
	"context"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

type productRow struct {
	ID              string `db:"id"`
	SKU             string `db:"sku"`
	Title           string `db:"title"`
	PriceMinor      int64  `db:"price_minor"`
	Currency        string `db:"currency"`
	TaxBasisPoints  int    `db:"tax_basis_points"`
	MaximumQuantity int    `db:"maximum_quantity"`
	Active          bool   `db:"active"`
	Version         int64  `db:"version"`
}

func newProductRow(p sales.Product) productRow {
	return productRow{
		ID: p.ID, SKU: p.SKU, Title: p.Title, PriceMinor: p.Price.AmountMinor,
		Currency: p.Price.Currency, TaxBasisPoints: p.TaxBasisPoints,
		MaximumQuantity: p.MaximumQuantity, Active: p.Active, Version: p.Version,
	}
}

func (r productRow) product() sales.Product {
	return sales.Product{
		ID: r.ID, SKU: r.SKU, Title: r.Title,
		Price:          money.Money{AmountMinor: r.PriceMinor, Currency: r.Currency},
		TaxBasisPoints: r.TaxBasisPoints, MaximumQuantity: r.MaximumQuantity,
		Active: r.Active, Version: r.Version,
	}
}

const upsertProduct = `
INSERT INTO products (id, sku, title, price_minor, currency, tax_basis_points, maximum_quantity,
	active, version)
VALUES (:id, :sku, :title, :price_minor, :currency, :tax_basis_points, :maximum_quantity,
	:active, :version)
ON CONFLICT (id) DO UPDATE SET
	sku = excluded.sku, title = excluded.title, price_minor = excluded.price_minor,
	currency = excluded.currency, tax_basis_points = excluded.tax_basis_points,
	maximum_quantity = excluded.maximum_quantity, active = excluded.active,
	version = excluded.version
WHERE products.version < excluded.version`

// followItems updates the items of drafts whose total stays in range with the new price, and
// whose currency is the same. It skips items that are already up to date, and so their drafts.
const followItems = `
UPDATE order_items SET
	sku = :sku, title = :title, unit_price_minor = :price_minor, tax_basis_points = :tax_basis_points,
	product_version = :version
WHERE product_id = :id
	AND (sku, title, unit_price_minor, tax_basis_points)
		<> (:sku, :title, :price_minor, :tax_basis_points)
	AND EXISTS (
		SELECT 1 FROM orders
		WHERE orders.id = order_items.order_id AND status = 'DRAFT' AND currency = :currency
			AND total_minor + (:price_minor - unit_price_minor) * quantity <= :most)`

// followOrders updates the orders of those items. They are the drafts with an item that already
// has the new version.
const followOrders = `
UPDATE orders SET
	version = version + 1, updated_at = :now,
	total_minor = (
		SELECT sum(unit_price_minor * quantity) FROM order_items WHERE order_id = orders.id)
WHERE status = 'DRAFT' AND id IN (
	SELECT order_id FROM order_items WHERE product_id = :id AND product_version = :version)`

// Knows implements sales.Store.
func (s *Store) Knows(
	ctx context.Context, productID string, version int64,
) (known bool, err error) {
	const statement = "SELECT EXISTS (SELECT 1 FROM products WHERE id = ? AND version >= ?)"
	err = s.db.Read().GetContext(ctx, &known, statement, productID, version)
	return known, wrap("look for product", err)
}

// Products implements sales.CatalogueTx.
func (t transaction) Products(
	ctx context.Context, ids []string,
) (map[string]sales.Product, error) {
	known := make(map[string]sales.Product, len(ids))
	if len(ids) == 0 {
		return known, nil
	}
	rows, err := query[productRow](ctx, t.tx, "SELECT * FROM products WHERE id IN (?)", ids)
	for _, row := range rows {
		known[row.ID] = row.product()
	}
	return known, wrap("read products", err)
}

// SaveProduct implements sales.CatalogueTx.
func (t transaction) SaveProduct(ctx context.Context, p sales.Product) (newer bool, err error) {
	stored, err := t.exec(ctx, upsertProduct, newProductRow(p))
	return stored > 0, wrap("save product", err)
}

// GiveBack implements sales.CatalogueTx.
func (t transaction) GiveBack(ctx context.Context, o sales.Order) error {
	_, err := t.tx.ExecContext(ctx, `UPDATE products SET maximum_quantity = maximum_quantity + (
			SELECT quantity FROM order_items WHERE order_id = ? AND product_id = products.id)
		WHERE id IN (SELECT product_id FROM order_items WHERE order_id = ?)`, o.ID, o.ID)
	return wrap("give back", err)
}

// Follow implements sales.CatalogueTx.
func (t transaction) Follow(ctx context.Context, p sales.Product, now time.Time) error {
	values := struct {
		productRow
		Now  int64 `db:"now"`
		Most int64 `db:"most"`
	}{newProductRow(p), now.UnixMicro(), money.MaxMinor}
	followed, err := t.exec(ctx, followItems, values)
	if err != nil || followed == 0 {
		return wrap("follow product in items", err)
	}
	if _, err := t.exec(ctx, followOrders, values); err != nil {
		return fmt.Errorf("follow product in orders: %w", err)
	}
	return nil
}
