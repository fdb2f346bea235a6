// Command product is the product subgraph: the catalogue and its stock.
//
//	product            serves
//	product reconcile  checks the rules of stock in the database; the service may be running
//	product adjust     books pieces that arrived or left
//	product dead       lists, retries and drops messages that the service could not handle
//	product help       prints the commands and the flags; product help adjust those of a command
//
//	settings ──▶ database ──▶ store ──▶ cached ──▶ catalog.Service ──▶ graph ──▶ serve
//	               ▲    │       └─────▶ stock.Service ◀── desk ◀── bus: commands of orders
//	seed, if it is empty└──▶ outbox ──relay──▶ bus: changed products, replies to orders
//
// The catalogue is public. Only staff sees the numbers of the stock, and only admins change
// products. The service works while all other services and the message server are down.
//
//go:generate go run github.com/99designs/gqlgen generate
package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/resend"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/product/announce"
	"github.com/trefoil-graph/trefoil/subgraphs/product/cached"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed/images"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stockcommands"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

func main() { program().Main() }

func program() app.Service {
	return app.Service{
		Name: "product", Does: "serves the catalogue and its stock", Listen: "127.0.0.1:4002",
		Parts:    parts,
		Commands: []app.Command{reconcile(), adjust(), app.Dead(handlers)},
	}
}

// open returns the products in a database and the outbox of their messages.
func open(ctx context.Context, db *sqldb.DB) (*store.Store, *outbox.Outbox, error) {
	out, err := outbox.New(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	products, err := store.New(ctx, db, out)
	return products, out, err
}

func parts(ctx context.Context, base app.Base) (serve.Config, error) {
	products, out, err := open(ctx, base.DB)
	if err != nil {
		return serve.Config{}, err
	}
	if err := seedEmpty(ctx, products, base.Log); err != nil {
		return serve.Config{}, err
	}
	follower, err := base.Follow(ctx, stock.ErrBadCommand)
	if err != nil {
		return serve.Config{}, err
	}
	pieces := stock.NewService(products, time.Now)
	orders := stockcommands.New(pieces, base.Log)
	all := announce.Source{Catalogue: products, Outbox: out}
	return serve.Config{
		GraphQL: follower.GraphQL(
			graph.NewSchema(catalog.NewService(cached.New(products), time.Now), pieces)),
		Routes: map[string]http.Handler{"GET /images/{name}": images.Handler()},
		Background: follower.Background(
			outbox.NewRelay(out, base.Bus, base.Log).Run,
			resend.Keeper{
				Stream: events.Catalogue(), Holder: base.Bus, Source: all, Log: base.Log,
			}.Run,
			orders.Expire,
			orders.Tidy,
			func(ctx context.Context) error { return orders.Serve(ctx, follower.Bus) },
		),
	}, nil
}

// seedEmpty loads the seed if the database is empty.
func seedEmpty(ctx context.Context, products *store.Store, log *slog.Logger) error {
	written, err := seed.Read()
	if err != nil {
		return err
	}
	shelves, err := written.Shelves()
	if err != nil {
		return err
	}
	loaded, err := products.LoadEmpty(ctx, shelves)
	if loaded {
		log.Info("catalogue loaded from the seed", "categories", len(shelves))
	}
	return err
}
