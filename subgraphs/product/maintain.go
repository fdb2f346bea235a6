package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/router/shared/env"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/desk"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// errUnsound says that the database breaks its rules. The breaches are printed.
var errUnsound = errors.New("the database breaks its rules")

// options are the settings of the commands other than serving.
type options struct {
	data     string
	server   string
	promised string // for reconcile
	slug     string // for adjust, as the three below
	delta    int
	reason   string
	key      string
	words    []string // for dead
}

func maintain(ctx context.Context, name string, args []string, stdout, stderr io.Writer) int {
	o, err := parse(name, args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		err = onDatabase(ctx, o, func(db *sqldb.DB) error {
			switch name {
			case "adjust":
				return adjust(ctx, db, o, stdout)
			case "dead":
				return dead(ctx, db, o, stdout)
			}
			return reconcile(ctx, db, o, stdout)
		})
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "product "+name+":", err)
		return 1
	}
	return 0
}

func parse(name string, args []string, stderr io.Writer) (o options, err error) {
	environment := env.NewReader(os.Getenv)
	o.server = environment.Get("DATABASE_URL")
	flags := flag.NewFlagSet("product "+name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.data, "data", cmp.Or(environment.Get("DATA_DIR"), "data"),
		"`folder` of the service's files")
	flags.Func("database", "the service's `database`, if it is not in the folder",
		settings.Secret(&o.server))
	switch name {
	case "adjust":
		flags.StringVar(&o.slug, "slug", "", "the product's `slug`")
		flags.IntVar(&o.delta, "delta", 0, "`pieces` that arrived, or, if negative, left")
		flags.StringVar(&o.reason, "reason", "", "the reason, for the ledger")
		flags.StringVar(&o.key, "key", ids.New("adj"), "idempotency `key`: the same key adjusts once")
	case "reconcile":
		flags.StringVar(&o.promised, "promised", "",
			"`file` with the output of order promised; - is standard input")
	}
	o.words, err = cli.Parse(flags, args)
	if err == nil && len(o.words) > 0 && name != "dead" {
		err = fmt.Errorf("unexpected argument %q: see product help %s", o.words[0], name)
	}
	if err == nil {
		err = environment.Err()
	}
	return o, err
}

func onDatabase(ctx context.Context, o options, work func(*sqldb.DB) error) (err error) {
	config := settings.Settings{Service: "product", DataDir: o.data, Server: o.server}
	db, err := sqldb.OpenExisting(ctx, config.Database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return work(db)
}

func adjust(ctx context.Context, db *sqldb.DB, o options, stdout io.Writer) error {
	out, err := outbox.New(ctx, db)
	if err != nil {
		return err
	}
	products, err := store.New(ctx, db, out)
	if err != nil {
		return err
	}
	found, err := catalog.NewService(products, time.Now).ForStaff().Product(ctx, nil, &o.slug)
	if err != nil {
		return err
	}
	if found == nil {
		return fmt.Errorf("no product has the slug %q", o.slug)
	}
	p, err := stock.NewService(products, time.Now).Adjust(ctx, "command line",
		stock.Adjustment{ProductID: found.ID, Delta: o.delta, Reason: o.reason, Key: o.key})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s: %d on hand, %d reserved\n", p.Slug, p.OnHand, p.Reserved)
	return err
}

// dead lists, retries or drops messages that the service could not handle. The service publishes
// the replies to retried commands, now or after its next start.
func dead(ctx context.Context, db *sqldb.DB, o options, stdout io.Writer) error {
	out, err := outbox.New(ctx, db)
	if err != nil {
		return err
	}
	products, err := store.New(ctx, db, out)
	if err != nil {
		return err
	}
	letters, err := deadletter.New(ctx, db, time.Now)
	if err != nil {
		return err
	}
	orders := desk.New(stock.NewService(products, time.Now), slog.New(slog.DiscardHandler))
	return deadletter.Run(ctx, letters, map[string]bus.Handler{
		events.StockCommands().Name: orders.Handle,
		events.Sessions().Name:      auth.NewDenyList().Handle,
	}, o.words, stdout)
}

func reconcile(ctx context.Context, db *sqldb.DB, o options, stdout io.Writer) error {
	findings, err := store.Audit(ctx, db)
	if err == nil && o.promised != "" {
		var broken []string
		broken, err = compare(ctx, db, o.promised)
		findings = append(findings, broken...)
	}
	for _, finding := range findings {
		_, _ = fmt.Fprintln(stdout, finding)
	}
	if err == nil && len(findings) > 0 {
		err = errUnsound
	}
	return err
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
