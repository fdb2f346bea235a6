package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/order/catalogue"
	"github.com/trefoil-graph/trefoil/subgraphs/order/replies"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

// dead lists, retries or drops messages that could not be handled. If a retry creates commands to
// the stock, the service sends them, now or at its next start.
func dead(ctx context.Context, db *sqldb.DB, words []string, stdout io.Writer) error {
	asked, err := command.NewQueue(ctx, db, time.Now)
	if err != nil {
		return err
	}
	orders, err := store.New(ctx, db, asked)
	if err != nil {
		return err
	}
	letters, err := deadletter.New(ctx, db, time.Now)
	if err != nil {
		return err
	}
	service := sales.NewService(orders, time.Now)
	return deadletter.Run(ctx, letters, map[string]bus.Handler{
		events.StockReplies().Name: replies.New(service, slog.New(slog.DiscardHandler)).Handle,
		events.Catalogue().Name:    catalogue.Handler(service),
		events.Sessions().Name:     auth.NewDenyList().Handle,
	}, words, stdout)
}
