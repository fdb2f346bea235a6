package gateway_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// TestAMutationOutlivesItsClient checks that the router ends the request of a query to the
// subgraph if the client leaves, but not that of a mutation, with both of its HTTP clients.
func TestAMutationOutlivesItsClient(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]string{"own HTTP/1": "", "net/http": "user@"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newLeaving(t, user)
			c.answer = `{"data":{"log":"done"}}`
			c.during = func(request *http.Request) {
				require.Equal(t, user != "", request.Header.Get("Authorization") != "", "who sends it")
				c.leave()
				<-c.gone
			}
			require.JSONEq(t, `{"data":{"log":"done"}}`, c.send(t, `mutation{log(text:"a")}`))

			c = newLeaving(t, user)
			c.during = func(request *http.Request) {
				c.leave()
				<-request.Context().Done()
			}
			require.Empty(t, c.send(t, `{hello(name:"a")}`))
		})
	}
}

// leaving is a router with a client that leaves.
type leaving struct {
	*router
	leave context.CancelFunc
	gone  chan struct{} // is closed when the router's server knows that the client has left
}

func newLeaving(t *testing.T, user string) *leaving {
	t.Helper()
	r := newRouter(t, gateway.Options{})
	r.gateway.Use(r.engineAs(t, greeting, user))
	return &leaving{router: r, gone: make(chan struct{})}
}

// send sends a request over HTTP. It returns what the router writes; the client does not read it.
func (l *leaving) send(t *testing.T, document string) string {
	t.Helper()
	written := make(chan string, 1)
	front := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		context.AfterFunc(r.Context(), func() { close(l.gone) })
		recorder := httptest.NewRecorder()
		l.gateway.ServeHTTP(recorder, r)
		written <- recorder.Body.String()
	}))
	t.Cleanup(front.Close)
	ctx, leave := context.WithCancel(t.Context())
	l.leave = leave
	body := query(document).Body
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, front.URL+"/graphql", body)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, response)
	return <-written
}
