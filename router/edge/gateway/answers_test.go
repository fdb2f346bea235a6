package gateway_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestAnswers leads requests through all of the router: composition, plan, subgraphs and response.
// A case in testdata/answers has
//
//	NAME.graphqls   a subgraph
//	NAME.json       what it answers to each request
//	request.json    the body of the client's request
//	asked           the bodies of the requests to each subgraph   (golden)
//	response.json   what the client gets                          (golden)
func TestAnswers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/answers/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			c := newAnswersCase(archive)
			response := c.send(t)
			c.golden(t, file, map[string]string{"asked": c.asked(), "response.json": response})
		})
	}
}

// answersCase is one case: its files, and its subgraphs by their names.
type answersCase struct {
	archive   *txtar.Archive
	subgraphs map[string]*canned
}

// canned is a subgraph that gives the answer of a file.
type canned struct {
	mu     sync.Mutex
	answer []byte
	asked  []string
}

func (c *canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, string(body))
	_, _ = w.Write(c.answer)
}

func newAnswersCase(archive *txtar.Archive) *answersCase {
	c := &answersCase{archive: archive, subgraphs: map[string]*canned{}}
	for _, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".graphqls"); ok {
			c.subgraphs[name] = &canned{answer: c.file(name + ".json")}
		}
	}
	return c
}

// file is the text of a file of the case; empty if it has none of the name.
func (c *answersCase) file(name string) []byte {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// send sends the client's request to a router over the subgraphs, and returns the response.
func (c *answersCase) send(t *testing.T) string {
	t.Helper()
	var sources []subgraph.Source
	var called []fetch.Subgraph
	for _, name := range slices.Sorted(maps.Keys(c.subgraphs)) {
		server := httptest.NewServer(c.subgraphs[name])
		t.Cleanup(server.Close)
		sdl := string(c.file(name + ".graphqls"))
		sources = append(sources, subgraph.Source{Name: name, URL: server.URL, SDL: sdl})
		called = append(called, fetch.Subgraph{Name: name, URL: server.URL, Timeout: time.Minute})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	client := fetch.NewClient(called, fetch.Limits{
		ResponseBytes: 1 << 20, Connections: 4, ConnectTimeout: time.Minute,
	})
	t.Cleanup(client.Close)
	log := slog.New(slog.DiscardHandler)
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 10, Log: log, Errors: executor.ErrorRules{Unmasked: true},
	})
	require.NoError(t, err)
	router := gateway.New(gateway.Options{BodyBytes: 1 << 20, Log: log})
	router.Use(engine)
	body := bytes.TrimSpace(c.file("request.json"))
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Request-Id", "r1")
	recorder := httptest.NewRecorder()
	router.ServeHTTP(recorder, request)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, recorder.Body.Bytes(), "", "  "), recorder.Body.String())
	return out.String() + "\n"
}

// asked has a line for each request to a subgraph.
func (c *answersCase) asked() string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c.subgraphs)) {
		for _, body := range c.subgraphs[name].asked {
			lines.WriteString(name + " " + body + "\n")
		}
	}
	return lines.String()
}

// golden compares what came out with the case's files, or rewrites them.
func (c *answersCase) golden(t *testing.T, path string, got map[string]string) {
	t.Helper()
	for _, name := range []string{"asked", "response.json"} {
		if !*update {
			require.Empty(t, cmp.Diff(string(c.file(name)), got[name]), "%s (-want +got)", name)
			continue
		}
		isOld := func(f txtar.File) bool { return f.Name == name }
		c.archive.Files = slices.DeleteFunc(c.archive.Files, isOld)
		c.archive.Files = append(c.archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
	}
	if *update {
		require.NoError(t, os.WriteFile(path, txtar.Format(c.archive), 0o600))
	}
}
