package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

// keyCommand lists the keys that sign tokens, or creates the one that signs next.
func keyCommand() app.Command {
	return app.Command{
		Command: cli.Command{
			Usage: "key [list|rotate]",
			Does: "lists the keys that sign tokens, or makes the next one\n" +
				"The service may be running: it uses the new key within a minute.",
		},
		Takes: func(words []string) bool {
			return slices.Contains([]string{"", "list", "rotate"}, strings.Join(words, " "))
		},
		Run: func(ctx context.Context, db *sqldb.DB, words []string, stdout io.Writer) error {
			kept, _, err := open(ctx, db)
			if err != nil {
				return err
			}
			now := time.Now()
			var keys []token.Key
			if slices.Contains(words, "rotate") {
				keys, err = token.Rotate(ctx, kept, now)
			} else {
				keys, err = token.List(ctx, kept)
			}
			if err == nil {
				_, err = io.WriteString(stdout, table(keys, now))
			}
			return err
		},
	}
}

func table(keys []token.Key, now time.Time) string {
	var b strings.Builder
	for i, key := range keys {
		_, _ = fmt.Fprintf(&b, "%s  %-7s  signs from %s\n",
			key.ID, token.StateOf(keys, i, now), key.SignsFrom.Format(time.RFC3339))
	}
	return b.String()
}
