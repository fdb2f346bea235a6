package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// toldAtOnce is of how many products one transaction tells.
const toldAtOnce = 500

// TellAll tells others of every product again: for when what they were told is lost. It takes a few
// at a time, so that nobody else who writes waits for long; when it fails amid it, or its service
// ends, it is called again, because others still lack some.
func (s *Store) TellAll(ctx context.Context) error {
	for last, more := "", true; more; {
		after := last // a transaction may run more than once
		err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) (err error) {
			last, more, err = s.tellSome(ctx, tx, after)
			return err
		})
		if err != nil {
			return fmt.Errorf("tell of all products: %w", err)
		}
	}
	return nil
}

// tellSome tells of the products that follow one. It writes them as they are, so that whoever
// changes one meanwhile tells of it afterwards.
func (s *Store) tellSome(ctx context.Context, tx *sqlx.Tx, after string) (last string, more bool, err error) {
	var next []string
	err = tx.SelectContext(ctx, &next, "SELECT id FROM product WHERE id > ? ORDER BY id LIMIT ?", after, toldAtOnce)
	if err != nil || len(next) == 0 {
		return after, false, err
	}
	last = next[len(next)-1]
	if _, err := tx.ExecContext(ctx, "UPDATE product SET version = version WHERE id > ? AND id <= ?", after, last); err != nil {
		return "", false, err
	}
	var rows []productRow
	err = tx.SelectContext(ctx, &rows, "SELECT "+productColumns+" FROM product p WHERE p.id > ? AND p.id <= ? ORDER BY p.id", after, last)
	if err != nil {
		return "", false, err
	}
	return last, true, s.tell(ctx, tx, productsOf(rows)...)
}

// tell puts the products' present state into the outbox.
func (s *Store) tell(ctx context.Context, tx *sqlx.Tx, products ...*catalog.Product) error {
	messages := make([]bus.Message, len(products))
	for i, p := range products {
		data, err := json.Marshal(changed(p))
		if err != nil {
			return fmt.Errorf("tell of product: %w", err)
		}
		messages[i] = bus.Message{ID: ids.New("msg"), Subject: events.ProductSubject(p.ID), Data: data}
	}
	return s.outbox.AddAll(ctx, tx, messages)
}

func changed(p *catalog.Product) events.ProductChanged {
	return events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Slug: p.Slug, Title: p.Title,
		PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency, TaxBasisPoints: int64(p.TaxBasisPoints),
		MaximumQuantity: p.Stock().MaximumQuantity, Active: p.Active, Version: int64(p.Version),
	}
}
