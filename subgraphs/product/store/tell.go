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

// TellAll tells others of every product again: for when what they were told is lost. It writes the
// products as they are, so that whoever changes one meanwhile tells of it afterwards.
func (s *Store) TellAll(ctx context.Context) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		var rows []productRow
		if _, err := tx.ExecContext(ctx, "UPDATE product SET version = version"); err != nil {
			return fmt.Errorf("tell of all products: %w", err)
		}
		if err := tx.SelectContext(ctx, &rows, "SELECT "+productColumns+" FROM product p ORDER BY p.id"); err != nil {
			return fmt.Errorf("tell of all products: %w", err)
		}
		for _, p := range productsOf(rows) {
			if err := s.tell(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// tell puts the product's present state into the outbox.
func (s *Store) tell(ctx context.Context, tx *sqlx.Tx, p *catalog.Product) error {
	data, err := json.Marshal(changed(p))
	if err != nil {
		return fmt.Errorf("tell of product: %w", err)
	}
	return s.outbox.Add(ctx, tx, bus.Message{ID: ids.New("msg"), Subject: events.ProductSubject(p.ID), Data: data})
}

func changed(p *catalog.Product) events.ProductChanged {
	return events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Slug: p.Slug, Title: p.Title,
		PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency, TaxBasisPoints: int64(p.TaxBasisPoints),
		MaximumQuantity: p.Stock().MaximumQuantity, Active: p.Active, Version: int64(p.Version),
	}
}
