package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
)

// roleCommand sets a user's role: user role [-data FOLDER] [-database DATABASE] USERNAME ROLE.
// The service may be running.
func roleCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := command{name: "role", stdout: stdout, stderr: stderr}
	return c.run(ctx, args, func(words []string) (work, bool) {
		if len(words) != 2 {
			return nil, false
		}
		role := auth.Role(words[1])
		return func(ctx context.Context, kept *store.Store) (string, error) {
			return words[0] + " is " + words[1] + " now\n", giveRole(ctx, kept, words[0], role)
		}, role == auth.Customer || role == auth.Support || role == auth.Admin
	})
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
