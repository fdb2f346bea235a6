package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
)

// roleCommand sets a user's role.
func roleCommand() app.Command {
	return app.Command{
		Command: cli.Command{
			Usage: "role USERNAME CUSTOMER|SUPPORT|ADMIN",
			Does: "gives a user a role\n" +
				"The first admin is made this way. The service may be running.",
		},
		Takes: func(words []string) bool {
			return len(words) == 2 &&
				slices.Contains([]auth.Role{auth.Customer, auth.Support, auth.Admin}, auth.Role(words[1]))
		},
		Run: func(ctx context.Context, db *sqldb.DB, words []string, stdout io.Writer) error {
			kept, _, err := open(ctx, db)
			if err == nil {
				err = giveRole(ctx, kept, words[0], auth.Role(words[1]))
			}
			if err == nil {
				_, err = fmt.Fprintln(stdout, words[0], "is", words[1], "now")
			}
			return err
		},
	}
}

func giveRole(ctx context.Context, kept *store.Store, username string, role auth.Role) error {
	accounts := account.NewService(account.Config{Store: kept, Now: time.Now})
	user, err := accounts.UserByUsername(ctx, username)
	if errors.Is(err, account.ErrNotFound) {
		return fmt.Errorf("there is no user %q", username)
	}
	if err != nil {
		return err
	}
	_, err = accounts.SetRole(ctx, "", user.ID, role)
	return err
}
