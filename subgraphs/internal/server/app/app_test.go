package app_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/app"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/cli"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// shop is a service with a command that counts pieces, or fails for "none".
func shop() app.Service {
	var unit string
	return app.Service{
		Name: "shop", Does: "sells", Listen: "127.0.0.1:0",
		Parts: func(context.Context, app.Base) (serve.Config, error) {
			return serve.Config{}, errors.New("no parts")
		},
		Commands: []app.Command{{
			Command: cli.Command{Usage: "audit", Does: "checks the shop"},
			Run: func(_ context.Context, _ *sqldb.DB, _ []string, stdout io.Writer) error {
				return app.Report(stdout, []string{"a rule is broken"}, nil)
			},
		}, {
			Command: cli.Command{Usage: "count WHAT", Does: "counts pieces"},
			Flags:   func(flags *flag.FlagSet) { flags.StringVar(&unit, "unit", "pieces", "the `unit`") },
			Takes:   func(words []string) bool { return len(words) == 1 },
			Run: func(_ context.Context, _ *sqldb.DB, words []string, stdout io.Writer) error {
				_, err := io.WriteString(stdout, words[0]+" in "+unit)
				return err
			},
		}},
	}
}

func TestACommandLineHasAStatusAndAMessage(t *testing.T) {
	t.Setenv("NATS_URL", "nats://127.0.0.1:1")
	t.Setenv("LOG_LEVEL", "error")
	folder := t.TempDir()
	db, err := sqldb.Open(t.Context(), filepath.Join(folder, "shop.db"))
	require.NoError(t, err)
	require.NoError(t, db.Close())
	for line, want := range map[string]struct {
		status int
		stdout string
		stderr string
	}{
		"count cups -data DIR":                        {0, "cups in pieces", ""},
		"count -unit boxes cups -listen :1 -data DIR": {0, "cups in boxes", ""},
		"count -data DIR":                             {2, "", "shop count WHAT"},
		"count -bad":                                  {2, "", "shop: flags: flag provided but not defined: -bad"},
		"count cups -data /nowhere":                   {1, "", "shop: open database /nowhere/shop.db"},
		"audit -data DIR":                             {1, "a rule is broken\n", "shop: the database breaks its rules"},
		"audit now -data DIR":                         {2, "", `shop: unexpected argument "now"; see shop help audit`},
		"surprise":                                    {2, "", `shop: unexpected argument "surprise"; see shop help`},
		"-introspection maybe":                        {2, "", "shop: INTROSPECTION or -introspection is"},
		"-data DIR":                                   {1, `"msg":"failed","service":"shop","error":"no parts"`, ""},
	} {
		var stdout, stderr strings.Builder
		args := strings.Fields(strings.ReplaceAll(line, "DIR", folder))
		require.Equal(t, want.status, shop().Run(t.Context(), args, &stdout, &stderr), line)
		require.Contains(t, stdout.String(), want.stdout, line)
		require.Contains(t, stderr.String(), want.stderr, line)
		require.Equal(t, want.stderr == "", stderr.Len() == 0, line)
	}
	t.Setenv("LOG_LEVEL", "loud")
	var stderr strings.Builder
	require.Equal(t, 2, shop().Run(t.Context(), []string{"-data", folder}, io.Discard, &stderr))
	require.Contains(t, stderr.String(), `shop: LOG_LEVEL is "loud"`)
}

func TestHelpOfACommandLeavesOutTheFlagsForServing(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	require.Zero(t, shop().Run(t.Context(), []string{"help", "count"}, &stdout, &stderr))
	require.Contains(t, stdout.String(), "-database")
	require.Contains(t, stdout.String(), `-unit unit`)
	require.Contains(t, stdout.String(), `(default "pieces")`)
	require.NotContains(t, stdout.String(), "-listen")
	require.Empty(t, stderr.String())

	stdout.Reset()
	require.Zero(t, shop().Run(t.Context(), []string{"-h"}, &stdout, &stderr))
	require.Contains(t, stdout.String(), "-listen")
	require.Contains(t, stdout.String(), "shop count WHAT")
}
