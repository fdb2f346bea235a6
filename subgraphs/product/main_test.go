package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/settingstest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

// service is the whole service on a free port, without a message server and without keys.
type service struct {
	url  string
	stop func()
}

func launch(t *testing.T, database string) service {
	t.Helper()
	config := settings.Settings{
		Service: "product", Listen: "127.0.0.1:0", DataDir: t.TempDir(), Server: database,
		NATSURL: "nats://127.0.0.1:1", JWKSURL: "http://127.0.0.1:1/jwks.json",
	}
	ctx, cancel := context.WithCancel(context.Background())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- program().Serve(ctx, config, slog.New(slog.DiscardHandler), func(a net.Addr) { address <- a.String() })
	}()
	stopped := false
	stop := func() {
		if cancel(); !stopped {
			stopped = true
			require.NoError(t, <-ended)
		}
	}
	t.Cleanup(stop)
	select {
	case at := <-address:
		return service{url: "http://" + at, stop: stop}
	case err := <-ended:
		t.Fatal("did not start: ", err)
	case <-time.After(30 * time.Second):
		t.Fatal("does not listen")
	}
	return service{}
}

func (s service) ask(t *testing.T, query, token string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return do(t, request)
}

func do(t *testing.T, request *http.Request) string {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s", raw)
	return strings.TrimSpace(string(raw))
}

func (s service) get(t *testing.T, path string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	require.NoError(t, err)
	return do(t, request)
}

func TestTheServiceServesAlone(t *testing.T) {
	t.Parallel()
	s := launch(t, sqldbtest.New(t))
	require.Equal(t, "ready; message server: not connected, messages wait", s.get(t, "/readyz"))
	require.Equal(t, `{"data":{"products":{"totalCount":48}}}`, s.ask(t, `{ products { totalCount } }`, ""))
	require.Contains(t, s.get(t, "/images/olive-oil-1.svg"), "<svg")
	require.Contains(t, s.ask(t, `{ _service { sdl } }`, ""), `@key(fields: \"slug\")`)
}

func TestIdsStayTheSameAfterARestart(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	const everything = `{ products(first: 100) { nodes { id slug category { id } } } }`
	first := launch(t, database)
	before := first.ask(t, everything, "")
	first.stop()
	require.Equal(t, before, launch(t, database).ask(t, everything, ""))
}

func TestTheCatalogueIsPublicWithAnyToken(t *testing.T) {
	t.Parallel()
	s := launch(t, sqldbtest.New(t))
	const query = `{ product(slug: "olive-oil") { title } }`
	want := s.ask(t, query, "")
	require.Equal(t, want, s.ask(t, query, "nonsense"))
	require.Equal(t, want, s.ask(t, query, authtest.New(t).Token(t, "usr_1")))
}

// TestTheCommandRetriesDeadLetters retries a failed command from the command line. The command is
// handled and answered.
func TestTheCommandRetriesDeadLetters(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	launch(t, database).stop()
	db := sqldbtest.Open(t, database)
	letters, err := deadletter.New(t.Context(), db, time.Now)
	require.NoError(t, err)
	broken := errors.New("not written yet")
	guard := letters.Guard(delivering{{Subject: "stock.release", Data: []byte(`{"kind":"release","orderId":"ord_1","attempt":1}`)}, {Subject: "stock.release", Data: []byte("{")}},
		slog.New(slog.DiscardHandler), broken)
	require.NoError(t, guard.Consume(t.Context(), bus.Consumer{Stream: events.StockCommands()},
		func(context.Context, bus.Message) error { return broken }))

	dead := func(words ...string) (code int, printed string) {
		var out strings.Builder
		code = program().Run(t.Context(), append(append([]string{"dead"}, words...), "-database", database), &out, &out)
		return code, out.String()
	}
	code, printed := dead("list")
	require.Zero(t, code, printed)
	require.Equal(t, 2, strings.Count(printed, "not written yet"))
	code, printed = dead("retry", "all")
	require.Equal(t, 1, code)
	require.Contains(t, printed, "  handled\n")
	require.Contains(t, printed, "product: 1 of 2 dead letters failed again")
	var answered int
	require.NoError(t, db.Read().GetContext(t.Context(), &answered, "SELECT count(*) FROM outbox WHERE subject = 'stock.released'"))
	require.Equal(t, 1, answered)
	code, printed = dead("drop", regexp.MustCompile(`dead_\w+  failed`).FindString(printed)[:25])
	require.Zero(t, code, printed)
	code, printed = dead("list")
	require.Zero(t, code)
	require.Empty(t, printed)
	code, printed = dead()
	require.Zero(t, code)
	require.Empty(t, printed, "without arguments it lists, and there are none")
	for _, help := range [][]string{{"-h"}, {"help"}} {
		code, printed = dead(help...)
		require.Zero(t, code)
		require.Contains(t, printed, "dead retry all")
	}
}

// delivering is a bus that delivers these messages.
type delivering []bus.Message

func (d delivering) Consume(ctx context.Context, _ bus.Consumer, handle bus.Handler) error {
	for _, m := range d {
		if err := handle(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func TestWrongSettingsAreExplained(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	require.Equal(t, 2, program().Run(t.Context(), []string{"-colour", "red"}, io.Discard, &stderr))
	require.Contains(t, stderr.String(), "-colour")
	for line, want := range map[string]string{
		"help": "product adjust", "-h": "product dead", "--help": "-listen", "dead -h": "dead retry ID", "help adjust": "-slug",
		"reconcile --help": "-promised",
	} {
		var stdout strings.Builder
		require.Zero(t, program().Run(t.Context(), strings.Fields(line), &stdout, io.Discard), line)
		require.Contains(t, stdout.String(), want, line)
	}

	file := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	var stdout bytes.Buffer
	require.Equal(t, 1, program().Run(t.Context(), []string{"-data", file}, &stdout, io.Discard), "the data folder is a file")
	require.Contains(t, stdout.String(), `"msg":"failed"`)
}

func TestSettingsAreDocumentedAndReachTheContainer(t *testing.T) {
	t.Parallel()
	settingstest.Check(t, "product", &settings.Settings{})
	require.Contains(t, settingstest.Environment(t, "product"), "DATABASE_URL_FILE")
}
