package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
)

// command works on the service's database, which the service may be using at the same time.
type command struct {
	name           string
	stdout, stderr io.Writer
}

// work does the command and returns its output.
type work func(ctx context.Context, kept *store.Store) (string, error)

// run parses the flags, lets plan choose the work for the remaining arguments, does it, and
// returns the exit status. plan returns false for invalid arguments.
func (c command) run(
	ctx context.Context, args []string, plan func(words []string) (work, bool),
) int {
	config, err := settings.Parse("user", "", nil, os.Getenv, c.stderr)
	if err != nil {
		_, _ = fmt.Fprintln(c.stderr, "user:", err)
		return 2
	}
	flags := flag.NewFlagSet("user "+c.name, flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.StringVar(&config.DataDir, "data", config.DataDir, "`folder` of the service's files")
	flags.Func("database", "postgres://… or a SQLite file: the service's `database`",
		settings.Secret(&config.Server))
	words, err := cli.Parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	planned, ok := plan(words)
	if !ok {
		program().Help(c.stderr, c.name)
		return 2
	}
	said, err := withStore(ctx, config.Database(), planned)
	if err != nil {
		_, _ = fmt.Fprintln(c.stderr, "user:", err)
		return 1
	}
	_, _ = fmt.Fprint(c.stdout, said)
	return 0
}

func withStore(ctx context.Context, database string, planned work) (said string, err error) {
	db, err := sqldb.OpenExisting(ctx, database)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out, err := outbox.New(ctx, db)
	if err != nil {
		return "", err
	}
	kept, err := store.New(ctx, db, out)
	if err != nil {
		return "", err
	}
	return planned(ctx, kept)
}
