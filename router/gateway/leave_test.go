package gateway_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/gateway"
)

// A client that leaves ends its query at the subgraph; its mutation is carried out.
func TestAMutationOutlivesItsClient(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	r := newRouter(t, gateway.Options{})
	r.during = func(request *http.Request) {
		leave()
		ended <- request.Context().Err()
	}
	r.answer = `{"data":{"log":"done"}}`
	recorder := httptest.NewRecorder()
	r.gateway.ServeHTTP(recorder, query(`mutation{log(text:"a")}`).WithContext(ctx))
	require.NoError(t, <-ended)
	require.JSONEq(t, `{"data":{"log":"done"}}`, recorder.Body.String())

	ctx, leave = context.WithCancel(t.Context())
	r.during = func(request *http.Request) {
		leave()
		<-request.Context().Done()
		ended <- request.Context().Err()
	}
	recorder = httptest.NewRecorder()
	r.gateway.ServeHTTP(recorder, query(`{hello(name:"a")}`).WithContext(ctx))
	require.ErrorIs(t, <-ended, context.Canceled)
	require.Empty(t, recorder.Body.String())
}
