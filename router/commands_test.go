package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHelp checks that help goes to standard output, and that the exit status is 0.
func TestHelp(t *testing.T) {
	t.Parallel()
	names := []string{"serve", "compose", "api", "graph", "plan", "config", "codes", "version", "help"}
	for _, args := range [][]string{{"help"}, {"--help"}, {"-help"}, {"-h"}, {"help", "help"}, {"help", "-h"}} {
		status, stdout, stderr := runCommand(t, args...)
		require.Zero(t, status, args)
		require.Empty(t, stderr, args)
		for _, name := range names {
			require.Contains(t, stdout, "\n  "+name+" ", args)
		}
	}
	flags := map[string]string{"serve": "-config", "compose": "-format", "api": "-subgraph", "graph": "-supergraph", "plan": "-query", "config": "validate", "codes": "codes", "version": "version"}
	for name, flag := range flags {
		for _, args := range [][]string{{name, "-h"}, {name, "--help"}, {"help", name}} {
			status, stdout, stderr := runCommand(t, args...)
			require.Zero(t, status, args)
			require.Empty(t, stderr, args)
			require.Contains(t, stdout, flag, args)
		}
	}
}

// TestUnknownCommand checks that the error for an unknown command lists the commands.
func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"sevre"}, {"help", "sevre"}, {"Serve"}} {
		status, stdout, stderr := runCommand(t, args...)
		require.Equal(t, 2, status, args)
		require.Empty(t, stdout, args)
		require.Contains(t, stderr, "unknown command", args)
		require.Contains(t, stderr, "\n  serve ", args)
	}
}
