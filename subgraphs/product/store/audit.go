package store

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

// rules returns the invariants of the database. Each query returns the breaches as text.
func rules() []sqldb.Rule {
	return []sqldb.Rule{
		{Name: "0 <= reserved <= on hand", Breaches: `
			SELECT id || ' reserved ' || reserved || ' of ' || on_hand FROM product
			WHERE reserved < 0 OR reserved > on_hand`},
		{Name: "reserved = sum of live reservations", Breaches: `
			SELECT id || ' reserved ' || reserved || ', live ' || live FROM (
				SELECT id, reserved, (
					SELECT coalesce(sum(quantity), 0)
					FROM reservation_item i
					JOIN reservation r ON r.order_id = i.order_id AND r.attempt = i.attempt
					WHERE i.product_id = product.id
						AND r.status IN ('HELD', 'COMMITTED') AND r.shipped_at IS NULL) AS live
				FROM product) AS sums
			WHERE reserved <> live`},
		{Name: "the ledger's sum is the stock on hand", Breaches: `
			SELECT id || ' on hand ' || on_hand || ', ledger ' || deltas FROM (
				SELECT id, on_hand, (
					SELECT coalesce(sum(delta), 0) FROM stock_ledger WHERE product_id = product.id) AS deltas
				FROM product) AS sums
			WHERE on_hand <> deltas`},
		{Name: "a reservation holds something", Breaches: `
			SELECT order_id || ' attempt ' || attempt FROM reservation r
			WHERE NOT EXISTS (
				SELECT 1 FROM reservation_item i WHERE i.order_id = r.order_id AND i.attempt = r.attempt)`},
		{Name: "a reservation was answered", Breaches: `
			SELECT r.order_id || ' attempt ' || r.attempt || ' is ' || r.status
				|| ', answered ' || coalesce(kind, 'never')
			FROM reservation r
			LEFT JOIN stock_inbox i ON i.order_id = r.order_id AND i.attempt = r.attempt
			WHERE kind IS NULL OR (r.status = 'HELD' AND kind <> 'reserved')
				OR (r.status IN ('RELEASED', 'EXPIRED') AND kind <> 'rejected')`},
		{Name: "an order holds once", Breaches: `
			SELECT order_id || ' has ' || count(*) || ' live reservations' FROM reservation
			WHERE status = 'COMMITTED' GROUP BY order_id HAVING count(*) > 1`},
	}
}

// Audit returns one line for each breach of the rules of stock. It uses only the stored data, not
// the code of the service.
func Audit(ctx context.Context, db *sqldb.DB) ([]string, error) {
	findings, err := sqldb.Audit(ctx, db, rules())
	if err != nil {
		return nil, fmt.Errorf("audit stock: %w", err)
	}
	return findings, nil
}
