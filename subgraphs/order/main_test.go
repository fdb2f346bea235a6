package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/settingstest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

// started is a running service.
type started struct {
	url  string
	stop func() (code int)
}

// start runs the service and waits for the address in its log.
func start(t *testing.T, args ...string) started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	logs, stdout := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- program().Run(ctx, append(args, "-listen", "127.0.0.1:0"), stdout, io.Discard)
		_ = stdout.Close()
	}()
	t.Cleanup(cancel)
	lines := json.NewDecoder(logs)
	for {
		var line struct{ Msg, Address string }
		require.NoError(t, lines.Decode(&line))
		if line.Msg != "listening" {
			continue
		}
		go func() { _, _ = io.Copy(io.Discard, logs) }()
		return started{"http://" + line.Address, func() int { cancel(); return <-code }}
	}
}

func (s started) get(t *testing.T, path string) int {
	t.Helper()
	response, err := http.Get(s.url + path)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

func (s started) post(t *testing.T, token, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, errors.Join(err, response.Body.Close()))
	return string(answer)
}

const nowhere = "nats://127.0.0.1:1"

func TestTheServiceRunsWithoutTheOtherServices(t *testing.T) {
	t.Parallel()
	issuer, folder, user := authtest.New(t), t.TempDir(), ids.New("usr")
	database := sqldbtest.New(t)
	service := start(t, "-data", folder, "-database", database, "-nats", nowhere, "-jwks", issuer.URL)
	require.Equal(t, http.StatusOK, service.get(t, "/healthz"))
	require.Equal(t, http.StatusOK, service.get(t, "/readyz"))
	token := issuer.Token(t, user)
	require.Contains(t, service.post(t, token, `mutation { createOrder(input: {name: "Mine"}) { order { name } } }`), `"Mine"`)
	require.Zero(t, service.stop())

	again := start(t, "-data", folder, "-database", database, "-nats", nowhere, "-jwks", "http://127.0.0.1:1")
	require.Contains(t, again.post(t, token, `{ basket { name } }`), `"Mine"`, "the keys and the basket are on disk")
	require.Contains(t, again.post(t, "x", `{ basket { name } }`), "UNAUTHENTICATED")
	require.Zero(t, again.stop())
}

// A subscription must have exactly one response key, however a client uses skip, include and
// aliases.
func TestASubscriptionToManyOrNoFieldsIsInvalid(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	service := start(t, "-data", t.TempDir(), "-database", sqldbtest.New(t), "-nats", nowhere, "-jwks", issuer.URL)
	token := issuer.Token(t, ids.New("usr"))
	for query, message := range map[string]string{
		`subscription { a: orderChanged(id: "o") { id } b: orderChanged(id: "o") { id } }`: "only one top level field",
		`subscription { orderChanged(id: "o") { id } ...F }
		 fragment F on Subscription { b: orderChanged(id: "o") { id } }`: "only one top level field",
		`subscription { orderChanged(id: "o") @skip(if: true) { id } }`:             "must not use @skip",
		`subscription { ... @include(if: false) { orderChanged(id: "o") { id } } }`: "must not use @include",
	} {
		answer := service.post(t, token, query)
		require.Contains(t, answer, message, query)
		require.NotContains(t, answer, "INTERNAL", query)
	}
	require.Zero(t, service.stop())
}

func TestAStopDuringTheStartSucceeds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var log strings.Builder
	require.Zero(t, program().Run(ctx, []string{"-data", t.TempDir(), "-database", sqldbtest.New(t), "-nats", nowhere}, &log, &log), &log)
}

func TestASecondServerOfAFileFailsWithAReason(t *testing.T) {
	t.Parallel()
	issuer, folder := authtest.New(t), t.TempDir()
	arguments := []string{"-data", folder, "-database", filepath.Join(folder, "order.db"), "-nats", nowhere, "-jwks", issuer.URL}
	service := start(t, arguments...)
	var log, stderr, findings strings.Builder
	require.Equal(t, 1, program().Run(t.Context(), append(arguments, "-listen", "127.0.0.1:0"), &log, &stderr))
	require.Contains(t, log.String(), "order.db: lock")
	require.Contains(t, log.String(), "another process uses these files; stop it first, or set DATABASE_URL")
	require.Empty(t, stderr.String(), "only the log reports it")
	require.Zero(t, program().Run(t.Context(), append([]string{"reconcile"}, arguments...), &findings, &stderr))
	require.Equal(t, http.StatusOK, service.get(t, "/readyz"), "the first server continues")
	require.Zero(t, service.stop())
	require.Zero(t, start(t, arguments...).stop())
}

func TestReconcileReportsBrokenRules(t *testing.T) {
	t.Parallel()
	issuer, folder, database := authtest.New(t), t.TempDir(), sqldbtest.New(t)
	service := start(t, "-data", folder, "-database", database, "-nats", nowhere, "-jwks", issuer.URL)
	service.post(t, issuer.Token(t, ids.New("usr")), `mutation { createOrder { order { id } } }`)
	require.Zero(t, service.stop())

	var stdout, stderr strings.Builder
	require.Zero(t, program().Run(t.Context(), []string{"reconcile", "-database", database}, &stdout, &stderr))
	require.Empty(t, stdout.String()+stderr.String())

	sqldbtest.Hurt(t, database, "UPDATE orders SET total_minor = 1")
	require.Equal(t, 1, program().Run(t.Context(), []string{"reconcile", "-database", database}, &stdout, &stderr))
	require.Regexp(t, `^total = sum of items: ord_\w+ total 1, items 0\n$`, stdout.String())

	require.Equal(t, 1, program().Run(t.Context(), []string{"reconcile", "-database", sqldbtest.New(t)}, &stdout, &stderr), "the database does not exist")
}

// TestDeadLettersAreListedAndRetried lists and retries messages that the running service could
// not handle.
func TestDeadLettersAreListedAndRetried(t *testing.T) {
	t.Parallel()
	server, database := natstest.Start(t), sqldbtest.New(t)
	folder := server.Data
	service := start(t, "-data", folder, "-database", database, "-nats", server.URL, "-jwks", "http://127.0.0.1:1")
	messages := server.Connect(t, "product")
	for _, m := range []bus.Message{
		{ID: "1", Subject: events.ProductSubject("prd_1"), Data: []byte(`{"id":"prd_1"}`)},
		{ID: "2", Subject: events.StockSubject(events.Reserved), Data: []byte(`{"kind":"eaten"}`)},
	} {
		require.Eventually(t, func() bool { return messages.Publish(t.Context(), m) == nil }, 20*time.Second, 10*time.Millisecond)
	}
	dead := func(words ...string) (code int, printed string) {
		var out strings.Builder
		code = program().Run(t.Context(), append(append([]string{"dead"}, words...), "-data", folder, "-database", database), &out, &out)
		return code, out.String()
	}
	require.Eventually(t, func() bool {
		code, printed := dead("list")
		return code == 0 && strings.Contains(printed, "CATALOGUE product.changed.prd_1") && strings.Contains(printed, "STOCK_REPLIES stock.reserved")
	}, 20*time.Second, 10*time.Millisecond)
	code, printed := dead("retry", "all")
	require.Equal(t, 1, code)
	require.Contains(t, printed, "order: 2 of 2 dead letters failed again")
	_, printed = dead("list")
	for _, id := range regexp.MustCompile(`dead_\w+`).FindAllString(printed, -1) {
		code, printed = dead("drop", id)
		require.Zero(t, code, printed)
	}
	code, printed = dead("list")
	require.Zero(t, code)
	require.Empty(t, printed)
	require.Zero(t, service.stop())

	code, printed = dead()
	require.Zero(t, code)
	require.Empty(t, printed, "without an argument it lists, and there are none")
	for _, help := range [][]string{{"-h"}, {"help"}} {
		code, printed = dead(help...)
		require.Zero(t, code)
		require.Contains(t, printed, "dead retry all")
	}
}

func TestMistakesOnTheCommandLineAreExplained(t *testing.T) {
	t.Parallel()
	for line, status := range map[string]int{
		"-nothing": 2, "surprise": 2, "waiting surprise": 2, "reconcile -data " + os.Args[0]: 1,
	} {
		var stderr strings.Builder
		require.Equal(t, status, program().Run(t.Context(), strings.Fields(line), io.Discard, &stderr), line)
		require.NotEmpty(t, stderr.String(), line)
	}
	var log strings.Builder
	require.Equal(t, 1, program().Run(t.Context(), []string{"-data", os.Args[0]}, &log, io.Discard))
	require.Contains(t, log.String(), `"level":"ERROR","msg":"failed","service":"order"`)
}

func TestHelpListsTheCommands(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"help": "order promised", "-h": "order dead", "--help": "-listen", "dead -h": "dead retry ID", "help dead": "-database",
		"reconcile --help": "exits with 1",
	} {
		var stdout strings.Builder
		require.Zero(t, program().Run(t.Context(), strings.Fields(line), &stdout, io.Discard), line)
		require.Contains(t, stdout.String(), want, line)
	}
}

func TestSettingsAreDocumentedAndReachTheContainer(t *testing.T) {
	t.Parallel()
	settingstest.Check(t, "order", &settings.Settings{})
	require.Contains(t, settingstest.Environment(t, "order"), "DATABASE_URL_FILE")
}
