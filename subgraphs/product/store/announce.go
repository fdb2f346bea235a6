package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// announcedAtOnce is the number of products that one transaction announces.
const announcedAtOnce = 500

// PublishAll announces every product again, after the messages were lost. Each transaction
// announces only some products, so other writers do not wait for long. If PublishAll fails
// halfway, or the service stops, it is called again, because the stream still holds too few
// messages.
func (s *Store) PublishAll(ctx context.Context) error {
	for last, more := "", true; more; {
		after := last // a transaction may run more than once
		err := s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) (err error) {
			last, more, err = s.announceSome(ctx, tx, after)
			return err
		})
		if err != nil {
			return fmt.Errorf("announce all products: %w", err)
		}
	}
	return nil
}

// announceSome announces the products after one. It writes the rows without changing them, so
// that a concurrent change of a product waits and is announced afterwards.
func (s *Store) announceSome(
	ctx context.Context, tx *sqlx.Tx, after string,
) (last string, more bool, err error) {
	var next []string
	const list = "SELECT id FROM product WHERE id > ? ORDER BY id LIMIT ?"
	err = tx.SelectContext(ctx, &next, list, after, announcedAtOnce)
	if err != nil || len(next) == 0 {
		return after, false, err
	}
	last = next[len(next)-1]
	const touch = "UPDATE product SET version = version WHERE id > ? AND id <= ?"
	if _, err := tx.ExecContext(ctx, touch, after, last); err != nil {
		return "", false, err
	}
	var rows []productRow
	const read = "SELECT " + productColumns +
		" FROM product p WHERE p.id > ? AND p.id <= ? ORDER BY p.id"
	err = tx.SelectContext(ctx, &rows, read, after, last)
	if err != nil {
		return "", false, err
	}
	return last, true, s.announce(ctx, tx, productsOf(rows)...)
}

// announce adds messages with the current state of products to the outbox.
func (s *Store) announce(ctx context.Context, tx *sqlx.Tx, products ...*catalog.Product) error {
	messages := make([]bus.Message, len(products))
	for i, p := range products {
		data, err := json.Marshal(changed(p))
		if err != nil {
			return fmt.Errorf("announce product: %w", err)
		}
		messages[i] = bus.Message{ID: ids.New("msg"), Subject: events.ProductSubject(p.ID), Data: data}
	}
	return s.outbox.AddAll(ctx, tx, messages)
}

func changed(p *catalog.Product) events.ProductChanged {
	return events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Slug: p.Slug, Title: p.Title,
		PriceMinor: p.Price.AmountMinor, Currency: p.Price.Currency,
		TaxBasisPoints: int64(p.TaxBasisPoints), MaximumQuantity: p.Stock().MaximumQuantity,
		Active: p.Active, Version: int64(p.Version),
	}
}
