package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

// Audit returns what breaks the rules of orders and invoices in a database, one line each. It
// checks only stored data, and uses no code of the service.
func Audit(ctx context.Context, db *sqldb.DB) ([]string, error) {
	rules := slices.Concat(
		orderRules(), invoiceRules(db.Dialect()), placementRules(), commandRules())
	findings, err := sqldb.Audit(ctx, db, rules)
	if err != nil {
		return nil, fmt.Errorf("audit orders: %w", err)
	}
	return findings, nil
}

func orderRules() []sqldb.Rule {
	return []sqldb.Rule{
		{Name: "total = sum of items", Breaches: `
			SELECT id || ' total ' || total_minor || ', items ' || items FROM (
				SELECT id, total_minor, (
					SELECT coalesce(sum(unit_price_minor * quantity), 0)
					FROM order_items WHERE order_id = orders.id) AS items
				FROM orders) AS sums
			WHERE total_minor <> items`},
		{Name: "total quantity = sum of items", Breaches: `
			SELECT id || ' total ' || total_quantity || ', items ' || items FROM (
				SELECT id, total_quantity, (
					SELECT coalesce(sum(quantity), 0)
					FROM order_items WHERE order_id = orders.id) AS items
				FROM orders) AS sums
			WHERE total_quantity <> items`},
		{Name: "a placed order has items", Breaches: `
			SELECT id FROM orders
			WHERE status <> 'DRAFT' AND NOT EXISTS (SELECT 1 FROM order_items WHERE order_id = orders.id)`},
		{Name: "a placed order is found by its words", Breaches: `
			SELECT id FROM orders
			WHERE placed_at IS NOT NULL
				AND NOT EXISTS (SELECT 1 FROM order_words WHERE order_id = orders.id)`},
		{Name: "an order has the time of its placing once it is confirmed", Breaches: `
			SELECT id || ' ' || status FROM orders
			WHERE placed_at IS NULL AND status NOT IN ('DRAFT', 'CANCELLED')`},
	}
}

func invoiceRules(d sqldb.Dialect) []sqldb.Rule {
	issued := d.YearOf("issued_at")
	return []sqldb.Rule{
		{Name: "a confirmed order, and no draft, has an invoice", Breaches: `
			SELECT orders.id || ' ' || orders.status FROM orders
			LEFT JOIN invoices ON order_id = orders.id
			WHERE (orders.status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED')
					AND order_id IS NULL)
				OR (orders.status IN ('DRAFT', 'PENDING') AND order_id IS NOT NULL)`},
		{Name: "total = gross of the invoice", Breaches: `
			SELECT orders.id || ' total ' || total_minor || ' ' || orders.currency
				|| ', invoice ' || gross_minor || ' ' || invoices.currency
			FROM orders JOIN invoices ON order_id = orders.id
			WHERE total_minor <> gross_minor OR orders.currency <> invoices.currency`},
		{Name: "invoice = sum of its lines", Breaches: `
			SELECT id FROM invoices
			LEFT JOIN (
				SELECT invoice_id, sum(net_minor) AS net, sum(tax_minor) AS tax, sum(gross_minor) AS gross
				FROM invoice_lines GROUP BY invoice_id) AS sums ON invoice_id = id
			WHERE (net_minor, tax_minor, gross_minor) IS DISTINCT FROM (net, tax, gross)`},
		{Name: "invoice lines = items", Breaches: `
			SELECT invoices.id || ' position ' || items.position
			FROM invoices
			JOIN order_items AS items ON items.order_id = invoices.order_id
			LEFT JOIN invoice_lines AS lines
				ON lines.invoice_id = invoices.id AND lines.position = items.position
			WHERE (items.sku, items.title, items.quantity,
					items.unit_price_minor, items.tax_basis_points)
				IS DISTINCT FROM (lines.sku, lines.title, lines.quantity,
					lines.unit_price_minor, lines.tax_basis_points)`},
		{Name: "gross of a line = price × quantity, with its tax rounded half up", Breaches: `
			SELECT invoice_id || ' position ' || position FROM invoice_lines
			WHERE gross_minor <> unit_price_minor * quantity
				OR tax_minor <> gross_minor / (10000 + tax_basis_points) * tax_basis_points
					+ (2 * (gross_minor % (10000 + tax_basis_points)) * tax_basis_points
						+ 10000 + tax_basis_points) / (2 * (10000 + tax_basis_points))`},
		{Name: "invoice numbers are of the year of issue, without gaps", Breaches: `
			SELECT year || ': ' || count(*) || ' invoices from ' || min(sequence) || ' to ' || max(sequence)
				|| ', counter ' || coalesce(CAST(last AS TEXT), 'missing')
			FROM invoices LEFT JOIN invoice_counters USING (year) GROUP BY year, last
			HAVING min(sequence) <> 1 OR max(sequence) <> count(*) OR last IS DISTINCT FROM max(sequence)
			UNION ALL
			SELECT year || ': counter ' || last || ' without invoices' FROM invoice_counters
			WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE invoices.year = invoice_counters.year)
			UNION ALL
			SELECT id || ' is of ' || year || ', issued in ' || ` + issued + `
			FROM invoices WHERE year <> ` + issued},
	}
}

func placementRules() []sqldb.Rule {
	return []sqldb.Rule{
		{Name: "an idempotency key placed an order of its own user", Breaches: `
			SELECT placements.user_id || ' ' || key || ' ' || order_id FROM placements
			LEFT JOIN orders ON orders.id = order_id
			WHERE orders.user_id IS DISTINCT FROM placements.user_id
				OR placements.attempt > orders.attempt`},
		{Name: "an order is placed by one key", Breaches: `
			SELECT orders.id || ' attempt ' || orders.attempt || ' ' || count(key) FROM orders
			LEFT JOIN placements ON order_id = orders.id AND placements.attempt = orders.attempt
			WHERE status <> 'DRAFT' GROUP BY orders.id, orders.attempt HAVING count(key) <> 1`},
		{Name: "an idempotency key placed one order", Breaches: `
			SELECT user_id || ' ' || key || ' ' || count(*) FROM placements
			GROUP BY user_id, key HAVING count(*) > 1`},
	}
}

// commandRules returns the rules about commands to the stock. The id of a command is
// order/attempt/kind.
func commandRules() []sqldb.Rule {
	return []sqldb.Rule{
		{Name: "a pending order asks for its items, and no other does", Breaches: `
			SELECT orders.id || ' ' || status || ' attempt ' || attempt
				|| ' asks ' || count(command.id) || ' times'
			FROM orders
			LEFT JOIN command ON command.id = orders.id || '/' || attempt || '/reserve'
			GROUP BY orders.id, status, attempt HAVING (status = 'PENDING') <> (count(command.id) = 1)`},
		{Name: "only a confirmed order commits", Breaches: `
			SELECT command.id || ' of ' || coalesce(status, 'no order') FROM command
			LEFT JOIN orders ON command.id = orders.id || '/' || attempt || '/commit'
			WHERE command.id LIKE '%/commit' AND coalesce(status, '')
				NOT IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED')`},
		{Name: "only items of shipped orders leave the warehouse", Breaches: `
			SELECT command.id || ' of ' || coalesce(status, 'no order') FROM command
			LEFT JOIN orders ON command.id = orders.id || '/' || attempt || '/ship'
			WHERE command.id LIKE '%/ship' AND coalesce(status, '') NOT IN ('SHIPPED', 'DELIVERED')`},
		{Name: "only drafts and cancelled orders release their items", Breaches: `
			SELECT orders.id || ' ' || status FROM orders
			JOIN command ON command.id = orders.id || '/' || attempt || '/release'
			WHERE status NOT IN ('DRAFT', 'CANCELLED')`},
	}
}
