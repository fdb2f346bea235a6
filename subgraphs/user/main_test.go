package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

// launch starts the real service. stop stops it and checks that it ended without an error.
func launch(t *testing.T, config settings.Settings) (base string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- program().Serve(ctx, config, quiet(), func(a net.Addr) { address <- a.String() })
	}()
	select {
	case at := <-address:
		return "http://" + at, func() {
			cancel()
			require.NoError(t, <-ended)
		}
	case err := <-ended:
		t.Fatalf("did not start: %v", err)
		panic("unreachable")
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestLogoutReachesAnotherService checks that a log-out in one service makes other services
// refuse the session's tokens, including a service that starts afterwards.
func TestLogoutReachesAnotherService(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	server.Stop() // the service starts without the bus
	config := settings.Settings{
		Service: "user", Listen: "127.0.0.1:0", DataDir: server.Data, Server: sqldbtest.New(t),
		NATSURL: server.URL, Public: "http://localhost:4000",
	}
	base, stop := launch(t, config)
	c := &client{t: t, url: base + "/graphql", http: http.DefaultClient}
	c.register("ada")
	tokens := c.createToken("ada")

	other := func() *auth.Verifier {
		messages := server.Connect(t, "order")
		denied := auth.NewDenyList()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- denied.Follow(ctx, messages) }()
		t.Cleanup(func() { cancel(); require.NoError(t, <-done) })
		keys := auth.NewRemoteKeys(base+"/.well-known/jwks.json", filepath.Join(t.TempDir(), "jwks.json"), quiet())
		return auth.NewVerifier(keys, denied)
	}
	accepts := func(v *auth.Verifier) bool {
		_, err := v.Verify(t.Context(), tokens.AccessToken)
		return err == nil
	}
	running := other()
	require.True(t, accepts(running))

	c.token = tokens.AccessToken
	require.JSONEq(t, `{"logout":{"endedSessions":1}}`, c.data(`mutation{logout{endedSessions}}`, nil))
	require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(`{me{id}}`, nil).codes(), "this service refuses it at once")

	server.Restart(t) // the message waits in the outbox until now
	require.Eventually(t, func() bool { return !accepts(running) }, 20*time.Second, time.Millisecond)
	late := other()
	require.Eventually(t, func() bool { return !accepts(late) }, 20*time.Second, time.Millisecond)

	server.Stop() // the server loses its data; the service publishes it again
	server.Forget(t)
	server.Restart(t)
	late = other()
	require.Eventually(t, func() bool { return !accepts(late) }, 20*time.Second, time.Millisecond)

	stop()
	base, stop = launch(t, config) // users and keys survive the restart
	defer stop()
	c = &client{t: t, url: base + "/graphql", http: http.DefaultClient, token: tokens.AccessToken}
	require.Equal(t, []string{"UNAUTHENTICATED"}, c.do(`{me{id}}`, nil).codes())
	c.token = c.createToken("ada").AccessToken
	var me struct{ Me struct{ Username string } }
	require.NoError(t, json.Unmarshal([]byte(c.data(`{me{username}}`, nil)), &me))
	require.Equal(t, "ada", me.Me.Username)
}

func TestRunRefusesBadFlags(t *testing.T) {
	t.Parallel()
	var out, errs discard
	require.Equal(t, 2, program().Run(t.Context(), []string{"-nonsense"}, &out, &errs))
	require.NotZero(t, errs)
	require.Equal(t, 0, program().Run(t.Context(), []string{"-h"}, &out, &errs))
	require.Equal(t, 1, program().Run(t.Context(), []string{"-data", "/dev/null/x"}, &out, &errs))
}

func TestHelpListsTheCommands(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"help": "user key [list|rotate]", "-h": "user role USERNAME", "--help": "-listen", "key -h": "user key [list|rotate]",
		"help role": "-database", "role help": "user role USERNAME",
	} {
		var stdout bytes.Buffer
		require.Equal(t, 0, program().Run(t.Context(), strings.Fields(line), &stdout, io.Discard), line)
		require.Contains(t, stdout.String(), want, line)
	}
	var stderr bytes.Buffer
	require.Equal(t, 2, program().Run(t.Context(), []string{"nonsense"}, io.Discard, &stderr))
	require.Contains(t, stderr.String(), "user help")
}

// A command refuses to create a database: a missing one means that the folder is wrong.
func TestCommandsNeedADatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var said bytes.Buffer
	require.Equal(t, 1, program().Run(t.Context(), []string{"key", "list", "-data", folder}, &said, &said))
	require.NotEmpty(t, said.String())
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

// discard counts what is written to it.
type discard int

func (d *discard) Write(p []byte) (int, error) {
	*d += discard(len(p))
	return len(p), nil
}
