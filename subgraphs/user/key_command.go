package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/user/store"
	"github.com/trefoil-graph/trefoil/subgraphs/user/token"
)

// keyCommand lists the keys that sign tokens, or creates the one that signs next. The service may
// be running; it uses the new key within a minute.
func keyCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := command{name: "key", stdout: stdout, stderr: stderr}
	return c.run(ctx, args, func(words []string) (work, bool) {
		switch strings.Join(words, " ") {
		case "", "list":
			return func(ctx context.Context, kept *store.Store) (string, error) {
				keys, err := token.List(ctx, kept)
				return table(keys, time.Now()), err
			}, true
		case "rotate":
			return func(ctx context.Context, kept *store.Store) (string, error) {
				now := time.Now()
				keys, err := token.Rotate(ctx, kept, now)
				return table(keys, now), err
			}, true
		}
		return nil, false
	})
}

func table(keys []token.Key, now time.Time) string {
	var b strings.Builder
	for i, key := range keys {
		_, _ = fmt.Fprintf(&b, "%s  %-7s  signs from %s\n",
			key.ID, token.StateOf(keys, i, now), key.SignsFrom.Format(time.RFC3339))
	}
	return b.String()
}
