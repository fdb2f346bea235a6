package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

const watching = "reload: {watch: true, interval: 100ms}\n"

// TestWatchedSourcesAreReadAgain checks each kind of source: the configuration, a subgraph's file,
// a subgraph that is asked, and a supergraph by URL, which is sent only if it has changed.
func TestWatchedSourcesAreReadAgain(t *testing.T) {
	t.Parallel()
	asked := &lateSubgraph{asked: make(chan struct{}, 1000)}
	asked.set(`type Query { asked: String }`)
	server := httptest.NewServer(asked)
	t.Cleanup(server.Close)
	sdl := file(t, "b.graphqls", `type Query { hello: String }`)
	subgraphs := "listen: 127.0.0.1:0\nsubgraphs:\n  - {name: a, url: " + server.URL + "}\n" +
		"  - {name: b, url: " + server.URL + ", schema: " + sdl + "}\n"
	path := file(t, "router.yaml", subgraphs+watching)
	p := startRouter(t, path)
	p.await(t, "schema in use")
	fields := func() string {
		_, body := p.post(t, `{"query":"{__schema{queryType{fields{name}}}}"}`, nil)
		return body
	}
	write(t, sdl, `type Query { hello: String fromFile: String }`)
	p.await(t, "schema in use")
	require.Contains(t, fields(), "fromFile")
	asked.set(`type Query { asked: String fromService: String }`)
	p.await(t, "schema in use")
	require.Contains(t, fields(), "fromService")

	write(t, sdl, `type Query {`)
	p.await(t, "the configuration stays as it is")
	require.Contains(t, fields(), "fromFile")

	composed := &tagged{}
	status, text, _ := runCommand(t, "compose", "--subgraph", "b="+file(t, "c.graphqls", `type Query { byURL: String }`))
	require.Zero(t, status)
	composed.set(text)
	registry := httptest.NewServer(composed)
	t.Cleanup(registry.Close)
	write(t, path, "listen: 127.0.0.1:0\nsupergraph: "+registry.URL+"/graph\n"+watching)
	p.await(t, "schema in use")
	require.Contains(t, fields(), "byURL")
	require.Eventually(t, func() bool { return composed.unchanged.Load() > 0 }, 30*time.Second, 10*time.Millisecond,
		"the router sends the ETag")
	composed.set(strings.Replace(text, "byURL", "changed", 1))
	p.await(t, "schema in use")
	require.Contains(t, fields(), "changed")
}

// tagged serves a text with an ETag.
type tagged struct {
	text      atomic.Value
	unchanged atomic.Int64
}

func (s *tagged) set(text string) { s.text.Store(text) }

func (s *tagged) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text := s.text.Load().(string)
	tag := fmt.Sprintf("%q", fmt.Sprint(len(text)))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		s.unchanged.Add(1)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = io.WriteString(w, text)
}

// gated returns a server whose gateway has cached the operations, and a function that replaces its
// subgraph's schema.
func gated(t *testing.T, gate string, log io.Writer, texts ...string) (*server, func(sdl string) error) {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":{"a":"1","b":"2"}}`)
	}))
	t.Cleanup(backend.Close)
	sdl := file(t, "a.graphqls", `type Query { a: String b: String }`)
	path := file(t, "router.yaml", "listen: 127.0.0.1:0\nsubgraphs:\n  - {name: a, url: "+backend.URL+
		", schema: "+sdl+"}\nreload: {gate: "+gate+"}\n")
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s, err := newServer(path, c, slog.New(slog.NewJSONHandler(log, nil)))
	require.NoError(t, err)
	require.NoError(t, s.use(t.Context(), c))
	for _, text := range texts {
		require.NotContains(t, post(t, s, text), "errors")
	}
	return s, func(text string) error {
		write(t, sdl, text)
		c, err := config.Load(path, os.LookupEnv)
		require.NoError(t, err)
		return s.use(t.Context(), c)
	}
}

// TestTheGateRefuses checks that a schema that breaks a cached operation is not used, that the
// error names the operation, and that one that breaks none is warmed and used.
func TestTheGateRefuses(t *testing.T) {
	t.Parallel()
	s, replace := gated(t, config.GateRefuse, io.Discard, "query Both { a b }", "{ a }")
	err := replace(`type Query { a: String }`)
	require.ErrorContains(t, err, `1 of 2 cached operations would be refused: query Both { a b }: `)
	require.ErrorContains(t, err, `Cannot query field "b"`)
	require.Contains(t, post(t, s, "{ b }"), `"2"`, "the old schema stays")
	require.NoError(t, replace(`type Query { a: String b: String c: String }`))
	require.Len(t, s.gateway.Load().Engine().Documents(), 3, "the operations are prepared already")
}

// TestTheGateWarns checks that the gate by default logs what breaks, and lets the schema pass.
func TestTheGateWarns(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	s, replace := gated(t, config.GateWarn, &log, "query Both { a b }", "{ a }")
	require.NoError(t, replace(`type Query { a: String }`))
	require.Contains(t, log.String(), "1 of 2 cached operations would be refused")
	require.Contains(t, log.String(), "Both")
	require.Contains(t, post(t, s, "{ b }"), "Cannot query field")
}

// TestReloadsUnderLoadFailNoRequest replaces the gateway under load again and again.
func TestReloadsUnderLoadFailNoRequest(t *testing.T) {
	t.Parallel()
	s, replace := gated(t, config.GateRefuse, io.Discard, "{ a }")
	ctx, stop := context.WithCancel(t.Context())
	var users sync.WaitGroup
	var answered, failed atomic.Int64
	first := make(chan struct{})
	for range 8 {
		users.Go(func() {
			for ctx.Err() == nil {
				recorder := httptest.NewRecorder()
				request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ a b }"}`))
				request.Header.Set("Content-Type", "application/json")
				s.ServeHTTP(recorder, request)
				if recorder.Code != http.StatusOK || strings.Contains(recorder.Body.String(), "errors") {
					failed.Add(1)
				}
				if answered.Add(1) == 1 {
					close(first)
				}
			}
		})
	}
	<-first
	for i := range 20 {
		require.NoError(t, replace(`type Query { a: String b: String `+strings.Repeat("x", i+1)+`: Int }`))
	}
	stop()
	users.Wait()
	require.Zero(t, failed.Load(), "of %d", answered.Load())
}
