package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/compression"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// tagged sends a GET, or a HEAD, with headers in pairs of name and value.
func (r *router) tagged(method string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, `/graphql?query={hello(name:"a")}`, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.gateway.ServeHTTP(w, request)
	return w
}

// TestETag checks that a client that sends the ETag of a response gets a new one only if the
// response has changed.
func TestETag(t *testing.T) {
	t.Parallel()
	encoder, err := compression.NewEncoder([]string{compression.Gzip}, 10)
	require.NoError(t, err)
	r := newRouter(t, gateway.Options{ETag: true, Encoder: encoder})
	const get, match = http.MethodGet, "If-None-Match"
	first := r.tagged(get)
	tag := first.Header().Get("ETag")
	require.Equal(t, http.StatusOK, first.Code)
	require.Regexp(t, `^W/"[A-Za-z0-9_-]{22}"$`, tag)
	require.Equal(t, "no-store", first.Header().Get("Cache-Control"))
	require.Equal(t, []string{"Accept", "Accept-Encoding"}, first.Header()["Vary"])

	for _, given := range []string{tag, tag[2:], "*", `"other", ` + tag, `W/"x",` + tag} {
		for _, method := range []string{get, http.MethodHead} {
			same := r.tagged(method, match, given, "Accept-Encoding", "gzip")
			require.Equal(t, http.StatusNotModified, same.Code, given)
			require.Empty(t, same.Body.String(), given)
			require.Equal(t, tag, same.Header().Get("ETag"), given)
			require.Empty(t, same.Header().Get("Content-Length"), given)
			require.Empty(t, same.Header().Get("Content-Type"), given)
			require.Equal(t, "no-store", same.Header().Get("Cache-Control"))
		}
	}
	require.Equal(t, http.StatusOK, r.tagged(get, match, `"other"`).Code)
	require.Equal(t, http.StatusOK, r.tagged(get, match, tag, "Accept", media).Code, "another media type")

	r.answer = `{"data":{"hello":"changed"}}`
	changed := r.tagged(get, match, tag)
	require.Equal(t, http.StatusOK, changed.Code)
	require.NotEqual(t, tag, changed.Header().Get("ETag"))

	r.answer = `{"data":{"hello":null},"errors":[{"message":"no"}]}`
	require.Empty(t, r.tagged(get).Header().Get("ETag"), "a response with errors")
	require.Equal(t, http.StatusOK, r.tagged(get, match, "*").Code)
	require.Empty(t, r.do(t, query(`{ hello(name: "a") }`)).header.Get("ETag"), "a POST")
	require.Empty(t, newRouter(t, gateway.Options{}).tagged(get).Header().Get("ETag"), "not configured")
}
