package admin_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/admin"
)

type router struct {
	ready   bool
	failure error
	reloads int
}

func (r *router) IsReady() bool                { return r.ready }
func (r *router) PrintConfig() ([]byte, error) { return []byte("listen: x\n"), r.failure }
func (r *router) State() any                   { return map[string]int{"types": 3} }
func (r *router) Reload(*http.Request) error   { r.reloads++; return r.failure }

func TestHandler(t *testing.T) {
	t.Parallel()
	r := &router{}
	h := admin.NewHandler(r, "admin.internal:9090", slog.New(slog.DiscardHandler))
	do := func(method, path, host string, header ...string) (int, string) {
		request := httptest.NewRequest(method, path, nil)
		request.Host = host
		for i := 0; i < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, request)
		return recorder.Code, recorder.Body.String()
	}
	for _, host := range []string{"127.0.0.1:9090", "[::1]:9090", "localhost:9090", "admin.internal:9090", "10.0.0.1"} {
		status, _ := do("GET", "/healthz", host)
		require.Equal(t, 200, status, host)
	}
	for _, host := range []string{"evil.example:9090", "localhost.evil.example", "127.0.0.1.evil.example:9090"} {
		status, body := do("GET", "/config", host)
		require.Equal(t, 403, status, host)
		require.NotContains(t, body, "listen:", host)
	}
	status, _ := do("GET", "/readyz", "localhost")
	require.Equal(t, 503, status)
	r.ready = true
	status, _ = do("GET", "/readyz", "localhost")
	require.Equal(t, 200, status)
	_, body := do("GET", "/config", "localhost")
	require.Equal(t, "listen: x\n", body)
	_, body = do("GET", "/state", "localhost")
	require.JSONEq(t, `{"types": 3}`, body)

	status, _ = do("POST", "/reload", "localhost", "Sec-Fetch-Site", "cross-site")
	require.Equal(t, 403, status)
	status, _ = do("POST", "/reload", "localhost:9090", "Origin", "http://evil.example")
	require.Equal(t, 403, status)
	status, _ = do("GET", "/reload", "localhost")
	require.Equal(t, 405, status)
	require.Zero(t, r.reloads)
	status, body = do("POST", "/reload", "localhost")
	require.Equal(t, 200, status)
	require.Equal(t, "reloaded\n", body)
	r.failure = errors.New("line 3: unknown field")
	status, body = do("POST", "/reload", "localhost")
	require.Equal(t, 409, status)
	require.Equal(t, "the configuration stays as it is: line 3: unknown field\n", body)
	status, body = do("GET", "/config", "localhost")
	require.Equal(t, 500, status)
	require.NotContains(t, body, "unknown field")
}
