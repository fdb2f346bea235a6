package gateway_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestAnswers sends requests through the complete router: composition, plan, subgraphs, response.
// A case in testdata/answers has
//
//	NAME.graphqls   a subgraph
//	NAME.json       what it answers to each request
//	request.json    the body of the client's request
//	asked           the bodies of the requests to each subgraph   (golden)
//	response.json   what the client gets                          (golden)
func TestAnswers(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/answers/*.txtar", func(t *testing.T, file *golden.Case) {
		c := newAnswersCase(file)
		response := c.send(t)
		file.Compare(t,
			golden.Section{Name: "asked", Text: c.asked()},
			golden.Section{Name: "response.json", Text: response},
		)
	})
}

// answersCase is one case: its file, and its subgraphs by their names.
type answersCase struct {
	file      *golden.Case
	subgraphs map[string]*canned
}

// canned is a subgraph that answers with the content of a file.
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

func newAnswersCase(file *golden.Case) *answersCase {
	c := &answersCase{file: file, subgraphs: map[string]*canned{}}
	for name := range file.Texts(".graphqls") {
		c.subgraphs[name] = &canned{answer: []byte(file.Text(name + ".json"))}
	}
	return c
}

// send sends the client's request to a router over the subgraphs, and returns the response.
func (c *answersCase) send(t *testing.T) string {
	t.Helper()
	var sources []subgraph.Source
	var called []fetch.Subgraph
	for _, name := range slices.Sorted(maps.Keys(c.subgraphs)) {
		server := httptest.NewServer(c.subgraphs[name])
		t.Cleanup(server.Close)
		sdl := c.file.Text(name + ".graphqls")
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
	body := strings.TrimSpace(c.file.Text("request.json"))
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
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
