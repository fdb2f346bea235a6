package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stockcommands"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

func adjust() app.Command {
	var slug string
	var a stock.Adjustment
	return app.Command{
		Command: cli.Command{
			Usage: "adjust -slug SLUG -delta PIECES -reason WHY",
			Does:  "books pieces that arrived or left",
		},
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&slug, "slug", "", "the product's `slug`")
			flags.IntVar(&a.Delta, "delta", 0, "`pieces` that arrived, or, if negative, left")
			flags.StringVar(&a.Reason, "reason", "", "the reason, for the ledger")
			flags.StringVar(&a.Key, "key", ids.New("adj"),
				"idempotency `key`: the same key adjusts once")
		},
		Run: func(ctx context.Context, db *sqldb.DB, _ []string, stdout io.Writer) error {
			products, _, err := open(ctx, db)
			if err != nil {
				return err
			}
			found, err := catalog.NewService(products, time.Now).ForStaff().Product(ctx, nil, &slug)
			if err != nil {
				return err
			}
			if found == nil {
				return fmt.Errorf("no product has the slug %q", slug)
			}
			a.ProductID = found.ID
			p, err := stock.NewService(products, time.Now).Adjust(ctx, "command line", a)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(stdout, "%s: %d on hand, %d reserved\n", p.Slug, p.OnHand, p.Reserved)
			return err
		},
	}
}

// handlers returns the handlers of messages that are retried.
func handlers(ctx context.Context, db *sqldb.DB) (map[string]bus.Handler, error) {
	products, _, err := open(ctx, db)
	orders := stockcommands.New(stock.NewService(products, time.Now), slog.New(slog.DiscardHandler))
	return map[string]bus.Handler{events.StockCommands().Name: orders.Handle}, err
}

func reconcile() app.Command {
	var promised string
	return app.Command{
		Command: cli.Command{Usage: "reconcile", Does: "checks the rules of stock\n" +
			"It prints the breaches, and exits with 1 if there are any. With -promised it compares\n" +
			"the stock with the promises of order: order promised | product reconcile -promised -"},
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&promised, "promised", "",
				"`file` with the output of order promised; - is standard input")
		},
		Run: func(ctx context.Context, db *sqldb.DB, _ []string, stdout io.Writer) error {
			findings, err := store.Audit(ctx, db)
			if err == nil && promised != "" {
				var broken []string
				broken, err = compare(ctx, db, promised)
				findings = append(findings, broken...)
			}
			return app.Report(stdout, findings, err)
		},
	}
}

// compare reads the promises of order from a file and checks that the stock holds them.
func compare(ctx context.Context, db *sqldb.DB, path string) ([]string, error) {
	if path == "-" {
		return store.AuditPromises(ctx, db, os.Stdin)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return store.AuditPromises(ctx, db, file)
}
