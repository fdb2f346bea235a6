package buskey_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
)

// TestProcessesAgreeOnAKey starts many processes at once in a folder without keys.
func TestProcessesAgreeOnAKey(t *testing.T) {
	t.Parallel()
	folder := buskey.Folder(t.TempDir())
	keys := make([]string, 20)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			key, err := buskey.Ensure(folder, "order")
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	all.Wait()
	for _, key := range keys {
		require.Equal(t, keys[0], key)
	}
	file := filepath.Join(folder, "order", "key")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	info, err = os.Stat(filepath.Dir(file))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file stays")
}

func TestWhereAKeyComesFrom(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	key := server.Key(t, "product")
	base := settings.Settings{Service: "product", NATSURL: server.URL, DataDir: t.TempDir()}
	with := func(change func(*settings.Settings)) settings.Settings {
		s := base
		change(&s)
		return s
	}
	for name, s := range map[string]settings.Settings{
		"the data folder": with(func(s *settings.Settings) { s.DataDir = server.Data }),
		"the environment": with(func(s *settings.Settings) { s.NATSKey = key + "\n" }),
	} {
		require.True(t, accepts(t, s), name)
	}
	for name, s := range map[string]settings.Settings{
		"a key of its own": base,
		"none":             with(func(s *settings.Settings) { s.NATSKey = "none" }),
		"a user": with(func(s *settings.Settings) {
			s.NATSURL = "nats://product:secret@" + server.URL[len("nats://"):]
			s.DataDir = server.Data
		}),
	} {
		require.False(t, accepts(t, s), name)
	}
	for name, s := range map[string]settings.Settings{
		"NATS_KEY":  with(func(s *settings.Settings) { s.NATSKey = "secret" }),
		"/dev/null": with(func(s *settings.Settings) { s.DataDir = "/dev/null" }),
	} {
		_, err := buskey.Connect(s, slog.New(slog.DiscardHandler))
		require.ErrorContains(t, err, name)
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestARefusalSaysWhatToDo checks that the log names the setting to change.
func TestARefusalSaysWhatToDo(t *testing.T) {
	t.Parallel()
	open, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true})
	require.NoError(t, err)
	open.Start()
	t.Cleanup(func() { open.Shutdown(); open.WaitForShutdown() })
	require.True(t, open.ReadyForConnections(20*time.Second))
	for url, remedy := range map[string]string{
		natstest.Start(t).URL: "the server does not know the key: set NATS_KEY or NATS_KEY_FILE",
		open.ClientURL():      "the server has no users: make them with nats config, or set NATS_KEY=none",
		"nats://127.0.0.1:1":  "none needed: the service retries",
	} {
		lines := make(chan string, 100)
		log := slog.New(slog.NewTextHandler(lineWriter(lines), nil))
		connected, err := buskey.Connect(settings.Settings{Service: "order", NATSURL: url, DataDir: t.TempDir()}, log)
		require.NoError(t, err)
		for line := range lines {
			if strings.Contains(line, "cannot connect to the bus") && strings.Contains(line, remedy) {
				break
			}
		}
		connected.Close()
	}
}

// lineWriter sends each line to the channel, or drops it if the channel is full.
type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	select {
	case w <- string(p):
	default:
	}
	return len(p), nil
}

// refusals receives the log messages of a connection.
type refusals struct {
	slog.Handler

	messages chan string
}

func (r refusals) Handle(_ context.Context, record slog.Record) error {
	r.messages <- record.Message
	return nil
}

// accepts connects, and reports whether the server accepted the key.
func accepts(t *testing.T, s settings.Settings) bool {
	t.Helper()
	log := refusals{slog.NewTextHandler(os.Stderr, nil), make(chan string, 100)}
	connected, err := buskey.Connect(s, slog.New(log))
	require.NoError(t, err)
	defer connected.Close()
	for {
		if _, err := connected.Held(t.Context(), events.Catalogue()); err == nil {
			return true
		}
		select {
		case message := <-log.messages:
			if message == "cannot connect to the bus" {
				return false
			}
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestARefusedServiceIsLetInLater restarts the server with the right keys while the service runs.
func TestARefusedServiceIsLetInLater(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	require.NoError(t, os.RemoveAll(filepath.Dir(server.KeyFile("product"))))
	connected := server.Connect(t, "product") // with a new key that the server does not know
	_, err := connected.Held(t.Context(), events.Catalogue())
	require.Error(t, err)
	server.Stop()
	server.Restart(t)
	require.Eventually(t, func() bool {
		return connected.Publish(t.Context(), bus.Message{ID: "1", Subject: events.ProductSubject("x"), Data: []byte("{}")}) == nil
	}, 20*time.Second, 10*time.Millisecond)
}
