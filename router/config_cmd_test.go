package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// TestConfigValidate checks that all problems of a file are printed, each with the file's name.
func TestConfigValidate(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := runCommand(t, "config", "validate", "-config", "router.yaml")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "router.yaml is valid")

	path := filepath.Join(t.TempDir(), "broken.yaml")
	broken := "listen: nowhere\nlimits: {tokens: 0, tokans: 5}\n"
	require.NoError(t, os.WriteFile(path, []byte(broken), 0o600))
	status, stdout, stderr = runCommand(t, "config", "validate", "-config", path)
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	require.Contains(t, stderr, path+`: listen: "nowhere" is not host:port`)
	require.Contains(t, stderr, path+`: line 2: unknown field "tokans"`)
	require.Contains(t, stderr, path+": limits: tokens: 0 is not positive")
}

// TestConfigPrint checks that the shop's configuration is printed with its defaults.
func TestConfigPrint(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := runCommand(t, "config", "print", "-config", "router.yaml")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "listen: 127.0.0.1:4000\n")
	require.Contains(t, stdout, "requestTimeout: 30s\n")
}

// TestConfigSchema checks that the committed JSON Schema is printed.
func TestConfigSchema(t *testing.T) {
	t.Parallel()
	status, stdout, _ := runCommand(t, "config", "schema")
	require.Zero(t, status)
	require.Equal(t, string(config.Schema()), stdout)
}

// TestConfigUsage checks the exit status for wrong arguments.
func TestConfigUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"config"}, {"config", "validat"}, {"config", "print", "x"}} {
		status, stdout, stderr := runCommand(t, args...)
		require.Equal(t, 2, status, args)
		require.Empty(t, stdout, args)
		require.NotEmpty(t, stderr, args)
	}
}
