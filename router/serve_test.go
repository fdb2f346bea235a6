package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// lateSubgraph returns its schema only once it is open.
type lateSubgraph struct {
	mu    sync.Mutex
	open  bool
	sdl   string
	asked chan struct{}
}

func (s *lateSubgraph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.open:
		s.asked <- struct{}{}
		w.WriteHeader(http.StatusServiceUnavailable)
	case strings.Contains(string(body), "_service"):
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"_service": map[string]any{"sdl": s.sdl}}})
	default:
		_, _ = io.WriteString(w, `{"data":{"hello":"hi"}}`)
	}
}

func (s *lateSubgraph) set(sdl string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open, s.sdl = true, sdl
}

// configFor writes the configuration of a router that listens on a free port.
func configFor(t testing.TB, url string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "router.yaml")
	text := fmt.Sprintf("listen: 127.0.0.1:0\nsubgraphs:\n  - {name: a, url: %q}\n", url)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// addressLog receives a router's log, and sends the address on which the router listens.
type addressLog chan string

func (l addressLog) Write(line []byte) (int, error) {
	var entry struct{ Msg, Address string }
	if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" {
		l <- entry.Address
	}
	return len(line), nil
}

// TestServeWaitsForSubgraphs checks that the router listens before its subgraphs are ready,
// requests their schemas until they answer, then serves, and stops when its context ends.
func TestServeWaitsForSubgraphs(t *testing.T) {
	t.Parallel()
	late := &lateSubgraph{asked: make(chan struct{}, 100)}
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	log := make(addressLog, 1)
	go func() { ended <- run(ctx, []string{"--config", path}, io.Discard, log) }()

	<-late.asked
	address := <-log
	require.Equal(t, http.StatusServiceUnavailable, eventualStatus(t, "http://"+address+"/readyz", http.StatusServiceUnavailable))
	late.set(`type Query { hello: String }`)
	require.Equal(t, http.StatusOK, eventualStatus(t, "http://"+address+"/readyz", http.StatusOK))
	answer, err := http.Post("http://"+address+"/graphql", "application/json", strings.NewReader(`{"query":"{hello}"}`))
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, `{"data":{"hello":"hi"}}`, string(body))

	stop()
	require.Equal(t, 0, <-ended)
	_, err = http.Get("http://" + address + "/healthz")
	require.Error(t, err, "the router no longer listens")
}

func TestAStopCutsOffASlowBodyAndSucceeds(t *testing.T) {
	t.Parallel()
	late := &lateSubgraph{}
	late.set(`type Query { hello: String }`)
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	logs, stdout := io.Pipe()
	s, err := newServer(path, c, slog.New(slog.NewJSONHandler(stdout, nil)))
	require.NoError(t, err)
	s.drain = 20 * time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.serve(ctx) }()
	var line struct{ Msg, Address string }
	for lines := json.NewDecoder(logs); line.Address == ""; {
		require.NoError(t, lines.Decode(&line))
	}
	go func() { _, _ = io.Copy(io.Discard, logs) }()
	client, err := net.Dial("tcp", line.Address)
	require.NoError(t, err)
	defer func() { _ = client.Close() }()
	_, err = io.WriteString(client, "POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: 100\r\n\r\n")
	require.NoError(t, err)
	_, err = client.Read(make([]byte, 12)) // HTTP/1.1 100: the router waits for the body
	require.NoError(t, err)

	stop()
	require.NoError(t, <-ended)
}

// eventualStatus polls until the status is the wanted one, and returns the last one when time runs
// out.
func eventualStatus(t testing.TB, url string, want int) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	seen := 0
	for ctx.Err() == nil && seen != want {
		if answer, err := http.Get(url); err == nil {
			seen = answer.StatusCode
			_ = answer.Body.Close()
		}
	}
	return seen
}

func TestReloadTakesTheNewSchemaOrKeepsTheOld(t *testing.T) {
	t.Parallel()
	late := &lateSubgraph{}
	late.set(`type Query { hello: String }`)
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s, err := newServer(path, c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, s.firstSchema(t.Context()))
	require.Equal(t, []string{"hello"}, rootFields(t, s))

	late.set(`type Query { hello: String goodbye: String }`)
	s.reload(t.Context(), false)
	require.Equal(t, []string{"hello", "goodbye"}, rootFields(t, s))

	late.set(`type Query { broken: Unknown }`)
	s.reload(t.Context(), false)
	require.Equal(t, []string{"hello", "goodbye"}, rootFields(t, s))
}

func rootFields(t testing.TB, s *server) []string {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{__schema{queryType{fields{name}}}}"}`))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	var answer struct {
		Data struct {
			Schema struct {
				QueryType struct{ Fields []struct{ Name string } }
			} `json:"__schema"`
		}
	}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer), recorder.Body)
	var names []string
	for _, f := range answer.Data.Schema.QueryType.Fields {
		names = append(names, f.Name)
	}
	return names
}

func TestSchemaErrorsEndTheStart(t *testing.T) {
	t.Parallel()
	late := &lateSubgraph{}
	late.set(`type Query { broken: Unknown }`)
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	var log bytes.Buffer
	require.Equal(t, 1, run(t.Context(), []string{"serve", "--config", path}, io.Discard, &log))
	require.Contains(t, log.String(), "INVALID_GRAPHQL")
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args   []string
		status int
		says   string
	}{
		"unknown command": {[]string{"sevre"}, 2, `unknown command "sevre"`},
		"unknown flag":    {[]string{"--confg", "x"}, 2, "-confg"},
		"no such file":    {[]string{"serve", "--config", "nowhere.yaml"}, 1, "nowhere.yaml"},
	}
	for name, test := range cases {
		var stderr bytes.Buffer
		require.Equal(t, test.status, run(t.Context(), test.args, io.Discard, &stderr), name)
		require.Contains(t, stderr.String(), test.says, name)
	}
	var stdout bytes.Buffer
	require.Equal(t, 0, run(t.Context(), []string{"version"}, &stdout, io.Discard))
	require.Contains(t, stdout.String(), "router ")
}

// TestConfiguredLimitsHold checks that the configured limits apply to the served schema.
func TestConfiguredLimitsHold(t *testing.T) {
	t.Parallel()
	subgraph := &lateSubgraph{}
	subgraph.set(`type Query { hello(first: Int): [String!] self: Query } type Mutation { a: Int }`)
	backend := httptest.NewServer(subgraph)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	limits := "limits: {tokens: 40, rootMutations: 1, rootFields: 2, cost: {objects: 3, values: 12, assumedListSize: 6}}\nintrospection: {enabled: false}\n"
	require.NoError(t, os.WriteFile(path, append(text, limits...), 0o600))
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s, err := newServer(path, c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, s.firstSchema(t.Context()))
	for query, refused := range map[string]string{
		`{hello(first: 12)}`: "", `{hello(first: 13)}`: "values", `{a: hello b: hello}`: "", `{a: hello b: hello __typename}`: "values",
		`{self {self {self {self {__typename}}}}}`: "objects", `mutation {a}`: "", `mutation {a b: a}`: "rootMutations",
		`{a: hello(first: 1) b: hello(first: 1) c: hello(first: 1)}`: "rootFields",
		`{` + strings.Repeat("__typename ", 39) + `}`:                "tokens", `{__schema {description}}`: "INTROSPECTION_DISABLED", `{hallo}`: `on type \"Query\"."`,
	} {
		body, err := json.Marshal(map[string]any{"query": query})
		require.NoError(t, err)
		request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if refused == "" {
			require.NotContains(t, recorder.Body.String(), "OPERATION_TOO_LARGE", query)
		} else {
			require.Contains(t, recorder.Body.String(), refused, query)
		}
	}
}
