package store

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

// rule is something that holds in every database, whenever its service was stopped. The statement
// finds what breaks it, as text.
type rule struct{ name, breaches string }

// Audit returns what breaks the rules of orders and invoices in a database, one line each: nothing,
// if all is well. It trusts no code of the service, only what is stored.
func Audit(ctx context.Context, db *sqldb.DB) (findings []string, err error) {
	for _, r := range rules() {
		var breaches []string
		if err := db.Read().SelectContext(ctx, &breaches, r.breaches); err != nil {
			return nil, fmt.Errorf("audit %q: %w", r.name, err)
		}
		for _, breach := range breaches {
			findings = append(findings, r.name+": "+breach)
		}
	}
	return findings, nil
}

func rules() []rule {
	return append(append(orderRules(), invoiceRules()...), placementRules()...)
}

func orderRules() []rule {
	return []rule{
		{"the database is intact", `
			SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
			UNION ALL
			SELECT "table" || ' row ' || rowid || ' has no ' || parent FROM pragma_foreign_key_check`},
		{"total = sum of items", `
			SELECT id || ' total ' || total_minor || ', items ' || items FROM (
				SELECT id, total_minor, (
					SELECT coalesce(sum(unit_price_minor * quantity), 0)
					FROM order_items WHERE order_id = orders.id) AS items
				FROM orders)
			WHERE total_minor <> items`},
		{"total quantity = sum of items", `
			SELECT id || ' total ' || total_quantity || ', items ' || items FROM (
				SELECT id, total_quantity, (
					SELECT coalesce(sum(quantity), 0)
					FROM order_items WHERE order_id = orders.id) AS items
				FROM orders)
			WHERE total_quantity <> items`},
		{"a placed order has items", `
			SELECT id FROM orders
			WHERE status <> 'DRAFT' AND NOT EXISTS (SELECT 1 FROM order_items WHERE order_id = orders.id)`},
		{"an order has the time of its placing once it is confirmed", `
			SELECT id || ' ' || status FROM orders
			WHERE placed_at IS NULL AND status NOT IN ('DRAFT', 'CANCELLED')`},
	}
}

func invoiceRules() []rule {
	return []rule{
		{"a confirmed order, and no draft, has an invoice", `
			SELECT orders.id || ' ' || orders.status FROM orders
			LEFT JOIN invoices ON order_id = orders.id
			WHERE (orders.status IN ('CONFIRMED', 'PROCESSING', 'SHIPPED', 'DELIVERED') AND order_id IS NULL)
				OR (orders.status IN ('DRAFT', 'PENDING') AND order_id IS NOT NULL)`},
		{"total = gross of the invoice", `
			SELECT orders.id || ' total ' || total_minor || ' ' || orders.currency
				|| ', invoice ' || gross_minor || ' ' || invoices.currency
			FROM orders JOIN invoices ON order_id = orders.id
			WHERE total_minor <> gross_minor OR orders.currency <> invoices.currency`},
		{"invoice = sum of its lines", `
			SELECT id FROM invoices
			LEFT JOIN (
				SELECT invoice_id, sum(net_minor) AS net, sum(tax_minor) AS tax, sum(gross_minor) AS gross
				FROM invoice_lines GROUP BY invoice_id) ON invoice_id = id
			WHERE (net_minor, tax_minor, gross_minor) IS NOT (net, tax, gross)`},
		{"invoice lines = items", `
			SELECT invoices.id || ' position ' || items.position
			FROM invoices
			JOIN order_items AS items ON items.order_id = invoices.order_id
			LEFT JOIN invoice_lines AS lines
				ON lines.invoice_id = invoices.id AND lines.position = items.position
			WHERE (items.sku, items.title, items.quantity, items.unit_price_minor)
				IS NOT (lines.sku, lines.title, lines.quantity, lines.unit_price_minor)`},
		{"gross of a line = price × quantity, with its tax rounded half up", `
			SELECT invoice_id || ' position ' || position FROM invoice_lines
			WHERE gross_minor <> unit_price_minor * quantity
				OR tax_minor <> gross_minor / (10000 + tax_basis_points) * tax_basis_points
					+ (2 * (gross_minor % (10000 + tax_basis_points)) * tax_basis_points
						+ 10000 + tax_basis_points) / (2 * (10000 + tax_basis_points))`},
		{"invoice numbers are of the year of issue, without gaps", `
			SELECT year || ': ' || count(*) || ' invoices from ' || min(sequence) || ' to ' || max(sequence)
				|| ', counter ' || coalesce(last, 'missing')
			FROM invoices LEFT JOIN invoice_counters USING (year) GROUP BY year
			HAVING min(sequence) <> 1 OR max(sequence) <> count(*) OR last IS NOT max(sequence)
			UNION ALL
			SELECT year || ': counter ' || last || ' without invoices' FROM invoice_counters
			WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE invoices.year = invoice_counters.year)
			UNION ALL
			SELECT id || ' is of ' || year || ', issued ' || datetime(issued_at / 1000000, 'unixepoch')
			FROM invoices WHERE strftime('%Y', issued_at / 1000000, 'unixepoch') <> printf('%04d', year)`},
	}
}

func placementRules() []rule {
	return []rule{
		{"an idempotency key placed an order of its own user", `
			SELECT placements.user_id || ' ' || key || ' ' || order_id FROM placements
			LEFT JOIN orders ON orders.id = order_id
			WHERE orders.user_id IS NOT placements.user_id OR orders.status = 'DRAFT'`},
		{"an order is placed by one key", `
			SELECT orders.id || ' ' || count(key) FROM orders
			LEFT JOIN placements ON order_id = orders.id
			WHERE status NOT IN ('DRAFT', 'CANCELLED') GROUP BY orders.id HAVING count(key) <> 1`},
		{"an idempotency key placed one order", `
			SELECT user_id || ' ' || key || ' ' || count(*) FROM placements
			GROUP BY user_id, key HAVING count(*) > 1`},
	}
}
