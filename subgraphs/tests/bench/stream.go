package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

// publishers is how many messages are published in parallel. The product service publishes one
// after the other.
const publishers = 64

type row struct {
	ID       string `db:"id"`
	SKU      string `db:"sku"`
	Slug     string `db:"slug"`
	Title    string `db:"title"`
	Price    int64  `db:"price_minor"`
	Currency string `db:"currency"`
	Tax      int64  `db:"tax_basis_points"`
}

// publishCatalogue publishes the filled products to the stream.
func (s *system) publishCatalogue(ctx context.Context) (err error) {
	if err := s.start(ctx, "nats"); err != nil {
		return err
	}
	defer s.stop()
	product := settings.Settings{Service: "product", DataDir: s.folder, NATSURL: s.natsURL()}
	messages, err := buskey.Connect(product, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer messages.Close()
	db, err := s.open(ctx, "product")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for after := ""; ; {
		var rows []row
		err := db.Read().SelectContext(ctx, &rows, `
			SELECT id, sku, slug, title, price_minor, currency, tax_basis_points FROM product
			WHERE slug LIKE 'bench-%' AND id > ? ORDER BY id LIMIT 10000`, after)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := publishAll(ctx, messages, rows); err != nil {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}

func publishAll(ctx context.Context, messages *bus.Bus, rows []row) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(publishers)
	for _, r := range rows {
		all.Go(func() error { return publish(ctx, messages, r) })
	}
	return all.Wait()
}

func publish(ctx context.Context, messages *bus.Bus, p row) error {
	data, err := json.Marshal(events.ProductChanged{
		ID: p.ID, SKU: p.SKU, Slug: p.Slug, Title: p.Title, PriceMinor: p.Price, Currency: p.Currency,
		TaxBasisPoints: p.Tax, MaximumQuantity: 99, Active: true, Version: 1,
	})
	if err != nil {
		return err
	}
	m := bus.Message{ID: "bench " + p.ID, Subject: events.ProductSubject(p.ID), Data: data}
	return await(ctx, patience, func() error { return messages.Publish(ctx, m) })
}

// awaitReplica waits until order has read the catalogue, which it does at each start.
func (s *system) awaitReplica(ctx context.Context) error {
	key, err := buskey.Ensure(buskey.Folder(s.folder), buskey.Operator)
	if err != nil {
		return err
	}
	connection, err := busserver.ConnectOperator(s.natsURL(), key)
	if err != nil {
		return err
	}
	defer connection.Close()
	js, err := jetstream.New(connection)
	if err != nil {
		return err
	}
	return await(ctx, time.Hour, func() error {
		stream, err := js.Stream(ctx, events.Catalogue().Name)
		if err != nil {
			return err
		}
		readers := 0
		consumers := stream.ListConsumers(ctx)
		for consumer := range consumers.Info() {
			readers++
			if left := consumer.NumPending + uint64(consumer.NumAckPending); left > 0 {
				return fmt.Errorf("order has %d products to read", left)
			}
		}
		if readers == 0 {
			return errors.New("order does not read the catalogue")
		}
		return consumers.Err()
	})
}
