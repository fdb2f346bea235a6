package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
)

// roleCommand gives a user a role: user role [-data FOLDER] USERNAME ROLE. The service may run meanwhile.
func roleCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	const usage = "usage: user role [-data FOLDER] USERNAME CUSTOMER|SUPPORT|ADMIN"
	flags := flag.NewFlagSet("user role", flag.ContinueOnError)
	flags.SetOutput(stderr)
	config, err := settings.Parse("user", "", nil, os.Getenv, stderr)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "user:", err)
		return 2
	}
	flags.StringVar(&config.DataDir, "data", config.DataDir, "`folder` of the service's files")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	role := auth.Role(flags.Arg(1))
	if flags.NArg() != 2 || role != auth.Customer && role != auth.Support && role != auth.Admin {
		_, _ = fmt.Fprintln(stderr, usage)
		return 2
	}
	if err := giveRole(ctx, config.Database(), flags.Arg(0), role); err != nil {
		_, _ = fmt.Fprintln(stderr, "user:", err)
		return 1
	}
	_, _ = fmt.Fprintf(stdout, "%s is %s now\n", flags.Arg(0), role)
	return 0
}

func giveRole(ctx context.Context, database, username string, role auth.Role) (err error) {
	db, err := sqldb.Open(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out, err := outbox.New(ctx, db)
	if err != nil {
		return err
	}
	kept, err := store.New(ctx, db, out)
	if err != nil {
		return err
	}
	accounts := account.NewService(account.Config{Store: kept, Now: time.Now})
	user, err := accounts.UserByUsername(ctx, username)
	if errors.Is(err, account.ErrNotFound) {
		return fmt.Errorf("there is no user %q", username)
	}
	if err != nil {
		return err
	}
	_, problem, err := accounts.SetRole(ctx, "", user.ID, role)
	if problem != nil {
		return errors.New(problem.Message)
	}
	return err
}
