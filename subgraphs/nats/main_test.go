package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/filelock"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/settingstest"
)

const patience = 20 * time.Second

// environment returns a getenv function with these entries.
func environment(entries ...string) func(string) string {
	return func(name string) string {
		for _, entry := range entries {
			if value, found := strings.CutPrefix(entry, name+"="); found {
				return value
			}
		}
		return ""
	}
}

// TestTheFirstStartMakesKeysAndStreams also checks that the second start uses them.
func TestTheFirstStartMakesKeysAndStreams(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address, data, keys := listener.Addr().String(), t.TempDir(), t.TempDir()
	require.NoError(t, listener.Close())
	getenv := environment("DATA_DIR="+data, "NATS_KEYS="+keys, "NATS_LISTEN="+address)
	for range 2 {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan int, 1)
		go func() { ended <- run(ctx, nil, getenv, io.Discard, io.Discard) }()
		var key string
		require.Eventually(t, func() bool {
			text, err := os.ReadFile(filepath.Join(keys, "product", "key"))
			key = strings.TrimSpace(string(text))
			return err == nil
		}, patience, 10*time.Millisecond)
		product, err := bus.Connect(bus.Config{URL: "nats://" + address, Name: "product", Key: key, Log: discard()})
		require.NoError(t, err)
		require.Eventually(t, func() bool { _, err := product.Held(t.Context(), events.Catalogue()); return err == nil }, patience, 10*time.Millisecond)
		product.Close()
		stop()
		require.Zero(t, <-ended)
	}
	require.FileExists(t, filepath.Join(data, "bus", buskey.Operator, "key"))
}

// TestTheConfigurationWorksOnAnotherServer gives the printed configuration to a NATS server that
// is not ours, and creates the streams there with the command.
func TestTheConfigurationWorksOnAnotherServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	var printed, errors strings.Builder
	require.Zero(t, run(t.Context(), []string{"config"}, environment("DATA_DIR="+data), &printed, &errors), &errors)
	for _, service := range []string{"user", "product", "order", "router", buskey.Operator} {
		seed, err := os.ReadFile(filepath.Join(data, "bus", service, "key"))
		require.NoError(t, err)
		require.NotContains(t, printed.String(), strings.TrimSpace(string(seed)), "the seeds are not printed")
	}
	file := filepath.Join(t.TempDir(), "nats.conf")
	require.NoError(t, os.WriteFile(file, []byte(printed.String()), 0o600))
	options, err := server.ProcessConfigFile(file)
	require.NoError(t, err)
	options.JetStream = true
	options.Host, options.Port, options.StoreDir, options.NoLog, options.NoSigs = "127.0.0.1", server.RANDOM_PORT, t.TempDir(), true, true
	elsewhere, err := server.NewServer(options)
	require.NoError(t, err)
	elsewhere.Start()
	t.Cleanup(func() { elsewhere.Shutdown(); elsewhere.WaitForShutdown() })
	require.True(t, elsewhere.ReadyForConnections(patience))

	getenv := environment("DATA_DIR="+data, "NATS_URL="+elsewhere.ClientURL())
	for range 2 {
		printed.Reset()
		require.Zero(t, run(t.Context(), []string{"streams"}, getenv, &printed, &errors), &errors)
		require.Equal(t, len(events.Streams()), strings.Count(printed.String(), ": kept by 1\n"))
	}
	key, err := buskey.Ensure(buskey.Folder(data), buskey.Operator)
	require.NoError(t, err)
	operator, err := busserver.ConnectOperator(elsewhere.ClientURL(), key)
	require.NoError(t, err)
	t.Cleanup(operator.Close)
	js, err := jetstream.New(operator)
	require.NoError(t, err)
	for _, stream := range events.Streams() {
		_, err := js.Stream(t.Context(), stream.Name)
		require.NoError(t, err)
	}
}

func TestMistakesAreExplained(t *testing.T) {
	t.Parallel()
	for mistake, args := range map[string][]string{
		"-colour": {"-colour"}, "surprise": {"surprise"}, "1, 3 or 5": {"streams", "-replicas", "2"}, "both or none": {"-tls-cert", "x"},
	} {
		var stderr strings.Builder
		require.Equal(t, 2, run(t.Context(), args, environment(), io.Discard, &stderr))
		require.Contains(t, stderr.String(), mistake)
	}
	require.Zero(t, run(t.Context(), []string{"-h"}, environment(), io.Discard, io.Discard))
	var stderr strings.Builder
	nowhere := environment("DATA_DIR="+t.TempDir(), "NATS_URL=nats://127.0.0.1:1", "NATS_LISTEN=nowhere")
	require.Equal(t, 1, run(t.Context(), []string{"streams"}, nowhere, io.Discard, &stderr))
	require.Contains(t, stderr.String(), "nats: connect as operator")
	var log strings.Builder
	require.Equal(t, 1, run(t.Context(), nil, nowhere, &log, io.Discard))
	require.Contains(t, log.String(), `"level":"ERROR","msg":"failed","service":"nats","error":"address`)
}

func TestHelpListsTheCommands(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"help": "nats streams", "-h": "nats config", "--help": "-listen",
		"help streams": "-replicas", "config -h": "users and permissions",
	} {
		var stdout, stderr strings.Builder
		require.Zero(t, run(t.Context(), strings.Fields(line), environment(), &stdout, &stderr), line)
		require.Contains(t, stdout.String(), want, line)
		require.Empty(t, stderr.String(), line)
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestASecondServerOnAFolderFails(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first, err := filelock.Take(filepath.Join(data, "nats", "lock"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = first.Close() })
	var log strings.Builder
	status := run(t.Context(), nil, environment("DATA_DIR="+data, "NATS_LISTEN=127.0.0.1:0"), &log, io.Discard)
	require.Equal(t, 1, status)
	require.Contains(t, log.String(), data+"/nats/lock: another process uses these files; stop it first")
}

func TestSettingsAreDocumentedAndReachTheContainer(t *testing.T) {
	t.Parallel()
	// The container's commands find the operator's key in the data folder, and need no CA of their
	// own, because they talk to the server of the container.
	settingstest.Check(t, "nats", &options{}, "NATS_CA", "NATS_KEY")
}
