package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/filelock"
)

func TestLinesOfNATSHaveTheFormatOfAllPrograms(t *testing.T) {
	t.Parallel()
	reader, writer := io.Pipe()
	log, err := logging.New("nats", writer, func(string) string { return "" })
	require.NoError(t, err)
	to := logger{log: log}
	go func() {
		to.Debugf("hidden")
		to.Tracef("hidden")
		to.Noticef("  Store Directory: %q", "/data")
		to.Warnf("slow")
		to.Errorf("bad")
	}()
	lines := json.NewDecoder(reader)
	for _, want := range [][2]string{{"INFO", `Store Directory: "/data"`}, {"WARN", "slow"}, {"ERROR", "bad"}} {
		var line struct{ Time, Level, Msg, Service string }
		require.NoError(t, lines.Decode(&line))
		require.Equal(t, want, [2]string{line.Level, line.Msg})
		require.Equal(t, "nats", line.Service)
		require.NotEmpty(t, line.Time)
	}
}

func TestASecondServerOnAStoreFails(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "nats")
	first, err := filelock.Take(filepath.Join(store, "lock"))
	require.NoError(t, err)
	arguments := []string{"-c", "../nats.conf", "-a", "127.0.0.1", "-p", "-1", "-sd", store}
	err = run(arguments, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, filelock.ErrTaken)
	require.ErrorContains(t, err, store)
	require.NoError(t, first.Close())
	require.Error(t, run([]string{"-c", "missing.conf"}, slog.New(slog.DiscardHandler)))
}
