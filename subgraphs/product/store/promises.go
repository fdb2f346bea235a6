package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
)

// promise is a quantity of a product for one placement of an order.
type promise struct {
	OrderID   string `db:"order_id"`
	Attempt   int    `db:"attempt"`
	ProductID string `db:"product_id"`
}

func (p promise) String() string {
	return fmt.Sprintf("order %s attempt %d product %s", p.OrderID, p.Attempt, p.ProductID)
}

// AuditPromises compares the held pieces with the promises of order, which are lines of order,
// attempt, product and quantity. It returns one line for each promise that is not held exactly,
// and for each committed reservation without a promise.
func AuditPromises(ctx context.Context, db *sqldb.DB, lines io.Reader) ([]string, error) {
	promised, err := readPromises(lines)
	if err != nil {
		return nil, err
	}
	held, committed, err := holdings(ctx, db)
	if err != nil {
		return nil, err
	}
	var findings []string
	for p, quantity := range promised {
		if held[p] != quantity {
			findings = append(findings, fmt.Sprintf(
				"a promise is held: %v promised %d, held %d", p, quantity, held[p]))
		}
	}
	for p, quantity := range committed {
		if promised[p] == 0 {
			findings = append(findings, fmt.Sprintf(
				"a commitment was promised: %v committed %d", p, quantity))
		}
	}
	slices.Sort(findings)
	return findings, nil
}

func readPromises(lines io.Reader) (map[promise]int, error) {
	promised := map[promise]int{}
	for scanner := bufio.NewScanner(lines); ; {
		if !scanner.Scan() {
			return promised, scanner.Err()
		}
		var p promise
		var quantity int
		_, err := fmt.Sscan(scanner.Text(), &p.OrderID, &p.Attempt, &p.ProductID, &quantity)
		if err != nil {
			return nil, fmt.Errorf("read promises: %q: %w", scanner.Text(), err)
		}
		promised[p] = quantity
	}
}

// holdings returns the quantities of live reservations, and those of them that are committed.
func holdings(ctx context.Context, db *sqldb.DB) (held, committed map[promise]int, err error) {
	var rows []struct {
		promise
		Quantity int    `db:"quantity"`
		Status   string `db:"status"`
	}
	err = db.Read().SelectContext(ctx, &rows, `
		SELECT i.order_id, i.attempt, i.product_id, i.quantity, r.status
		FROM reservation_item i JOIN reservation r ON r.order_id = i.order_id AND r.attempt = i.attempt
		WHERE r.status IN ('HELD', 'COMMITTED') AND r.shipped_at IS NULL`)
	if err != nil {
		return nil, nil, fmt.Errorf("read reservations: %w", err)
	}
	held = make(map[promise]int, len(rows))
	for _, row := range rows {
		held[row.promise] = row.Quantity
	}
	committed = maps.Clone(held)
	for _, row := range rows {
		if row.Status != "COMMITTED" {
			delete(committed, row.promise)
		}
	}
	return held, committed, nil
}
