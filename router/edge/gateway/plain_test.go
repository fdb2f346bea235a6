package gateway_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

// plainBodies are requests in JSON that together use all optimizations: repeated operations,
// operations that differ only in their literals or are written with escapes, variables, objects
// that repeat in the answers, errors, and refused documents.
func plainBodies() []string {
	return []string{
		`{"query":"{products(first:9){nodes{id title category{id title} stock{available}}}}"}`,
		`{"query":"{products(first:8){nodes{id title category{id title} stock{available}}}}"}`,
		`{"query":"{\u0070roducts(first:9){nodes{id title category{id title} stock{available}}}}","variables":null}`,
		`{"operationName":"B","query":"query A{me{id}} query B{me{name basket{id name items{product{id title}}}}}"}`,
		`{"variables":{"slug":"\u0061\n\"b\""},"query":"query($slug:String){product(slug:$slug){id images{alt} stock{available}}}"}`,
		`{"query":"{me{orders:basket{items{product{id title} a:product{title category{id}}}} basket{items{product{id}}}} again:me{basket{id}}}"}`,
		`{"query":"{orders(first:3){nodes{id items{product{id title} quantity} user{id name basket{id}}}}}"}`,
		`{"query":"{__schema{queryType{name}} __type(name:\"User\"){name} me{__typename id}}"}`,
		`{"query":"{allOrders{nodes{id}}} #` + "\u00e9" + `","extensions":{}}`,
		`{"query":"{me{id}"}`,
		`{"query":"{me{unknown}}"}`,
		`{"query":"query($n:Int!){products(first:$n){nodes{id}}}","variables":{"n":"9"}}`,
		`{"query":"query A{me{id}} query B{me{id}}"}`,
		`{"query":""}`,
		`{"query":"{me{id}}","query":"{me{name}}"}`,
		`[{"query":"{me{id}}"}]`,
	}
}

// post sends a body with a fixed ID, and returns the response without its date.
func (r *router) post(body string) (status int, header http.Header, answer string) {
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader([]byte(body)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Request-Id", "1")
	recorder := httptest.NewRecorder()
	r.gateway.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Header(), recorder.Body.String()
}

// TestPlainResponsesAreTheSame checks that a router sends the same bytes with and without
// optimizations: to the first client, to later ones, and to many at once that share a response.
func TestPlainResponsesAreTheSame(t *testing.T) {
	t.Parallel()
	options := gateway.EngineOptions{ShareOperations: true, ShareSubgraphRequests: true}
	fast := newShop(t, options)
	options.Plain = true
	plain := newShop(t, options)
	for range 2 {
		for _, body := range plainBodies() {
			status, header, want := plain.post(body)
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					gotStatus, gotHeader, got := fast.post(body)
					assert.Equal(t, want, got, body)
					assert.Equal(t, status, gotStatus, body)
					assert.Equal(t, header, gotHeader, body)
				})
			}
			group.Wait()
		}
	}
}

// TestPlainSharesNothing checks that equal requests at the same time are all executed if
// optimizations are disabled.
func TestPlainSharesNothing(t *testing.T) {
	t.Parallel()
	const clients = 3
	var arrived sync.WaitGroup
	arrived.Add(clients)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Done()
		arrived.Wait() // until the requests of all clients are here, or the client gives up
		_, _ = io.WriteString(w, `{"data":{"hello":"hi"}}`)
	}))
	t.Cleanup(server.CloseClientConnections)
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: server.URL, SDL: greeting}})
	require.NoError(t, err)
	client := fetch.NewPlainClient([]fetch.Subgraph{{Name: "a", URL: server.URL, Timeout: 10 * time.Second}}, fetch.Limits{ResponseBytes: 1000, Connections: clients})
	t.Cleanup(client.Close)
	log := slog.New(slog.DiscardHandler)
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 10, ShareOperations: true, ShareSubgraphRequests: true, Plain: true, Log: log,
	})
	require.NoError(t, err)
	r := &router{gateway: gateway.New(gateway.Options{BodyBytes: 1000, Plain: true, Log: log})}
	r.gateway.Use(engine)
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			_, _, got := r.post(`{"query":"{hello(name:\"a\")}"}`)
			assert.Equal(t, `{"data":{"hello":"hi"}}`, got)
		})
	}
	group.Wait()
}
