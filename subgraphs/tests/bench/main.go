// Command bench measures the whole shop, with its processes and databases, as it grows.
//
//	for each size
//	  start ──▶ migrations, seed ──▶ stop
//	  fill  ──▶ as many products and orders, a tenth as many users; the stream of the catalogue
//	  start ──▶ order has read the catalogue ──▶ measure each operation ──▶ a table
//
// It starts the binaries of bin/ on free ports of loopback. The data is in a temporary folder.
// With DATABASE_URL it is in Postgres, which needs an empty database and one run for each size.
// The results are in results.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
)

func main() {
	private.Files()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	sizes   []int
	clients int
	during  time.Duration
	root    string
}

func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "bench:", err)
		return 2
	}
	for _, size := range o.sizes {
		if err := measureSize(ctx, o, size, stdout); err != nil {
			_, _ = fmt.Fprintf(stderr, "bench: size %d: %v\n", size, err)
			return 1
		}
	}
	return 0
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	sizes := flags.String("sizes", "1000", "`numbers` of products and of orders, separated by commas")
	flags.IntVar(&o.clients, "clients", 8, "`number` of clients that send requests in parallel")
	flags.DurationVar(&o.during, "for", 5*time.Second, "`time` to measure each operation")
	flags.StringVar(&o.root, "root", ".",
		"`folder` of the repository, where make build has created bin/")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil || size < 2 || size > 10_000_000 {
			return o, fmt.Errorf("-sizes: %q is not a number from 2 to 10,000,000", text)
		}
		o.sizes = append(o.sizes, size)
	}
	if os.Getenv("DATABASE_URL") != "" && len(o.sizes) > 1 {
		return o, errors.New("-sizes: DATABASE_URL allows one size, in an empty database")
	}
	return o, nil
}

func measureSize(ctx context.Context, o options, size int, stdout io.Writer) (err error) {
	s, err := newSystem(ctx, o.root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	began := time.Now()
	if err := s.fill(ctx, size); err != nil {
		return err
	}
	filled := time.Now()
	if err := s.startAll(ctx); err != nil {
		return err
	}
	if err := s.awaitReplica(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stdout,
		"%d products, %d orders, %d users: filled in %s, ready in %s; %d clients\n",
		size, size, usersOf(size), filled.Sub(began).Round(time.Second),
		time.Since(filled).Round(time.Second), o.clients)
	l, err := newLoad(ctx, s.url("router")+"/graphql", size, o.clients)
	if err != nil {
		return err
	}
	return l.measureAll(ctx, o.during, stdout)
}
