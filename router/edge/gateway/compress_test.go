package gateway_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/compression"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// TestResponsesAreCompressed checks the responses to clients that accept codings. The router
// compresses responses of at least 200 bytes.
func TestResponsesAreCompressed(t *testing.T) {
	t.Parallel()
	encoder, err := compression.NewEncoder([]string{compression.Zstd, compression.Brotli, compression.Gzip}, 200)
	require.NoError(t, err)
	decoder, err := compression.NewDecoder([]string{compression.Zstd, compression.Brotli, compression.Gzip})
	require.NoError(t, err)
	r := newRouter(t, gateway.Options{Encoder: encoder})
	short, long := `{"data":{"hello":"hi"}}`, `{"data":{"hello":"`+strings.Repeat("hi", 300)+`"}}`
	for name, c := range map[string]struct {
		accept, answer, method, want string
	}{
		"gzip":            {"gzip", long, "POST", "gzip"},
		"br":              {"gzip, br", long, "GET", "br"},
		"zstd":            {"gzip, br, zstd", long, "POST", "zstd"},
		"none":            {"", long, "POST", ""},
		"refused by q":    {"gzip;q=0", long, "POST", ""},
		"a short one":     {"gzip", short, "POST", ""},
		"HEAD, like GET":  {"gzip", long, "HEAD", "gzip"},
		"unknown codings": {"deflate, compress", long, "POST", ""},
	} {
		r.answer = c.answer
		request := query(`{ hello(name: "a") }`)
		if c.method != http.MethodPost {
			request = httptest.NewRequest(c.method, `/graphql?query={hello(name:"a")}`, nil)
		}
		request.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		r.gateway.ServeHTTP(w, request)
		require.Equal(t, c.want, w.Header().Get("Content-Encoding"), name)
		require.Equal(t, []string{"Accept-Encoding"}, w.Header()["Vary"], name)
		require.Equal(t, w.Body.Len(), int(w.Result().ContentLength), name)
		body, err := decoder.Open(c.want, io.NopCloser(w.Body))
		require.NoError(t, err, name)
		text, err := io.ReadAll(body)
		require.NoError(t, err, name)
		require.Equal(t, c.answer, string(text), name)
	}
}

// TestRequestsAreDecompressed checks that a compressed request is read like any other, and that
// the refusal of a broken one says that its body could not be read.
func TestRequestsAreDecompressed(t *testing.T) {
	t.Parallel()
	var options gateway.Options
	decompresses(&options, nil)
	r := newRouter(t, options)
	body := gzipped(t, []byte(`{"query":"{ hello(name: \"a\") }"}`))
	send := func(body []byte, coding string) result {
		request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Content-Encoding", coding)
		return r.do(t, request)
	}
	for range 3 {
		require.Equal(t, "hi", send(body, "gzip").Data["hello"])
		got := send(body[:len(body)-3], "gzip")
		require.Equal(t, http.StatusBadRequest, got.status)
		require.Contains(t, got.Errors[0].Message, "does not match its Content-Encoding")
		got = send(body, "br")
		require.Equal(t, http.StatusUnsupportedMediaType, got.status)
		require.Equal(t, "gzip", got.header.Get("Accept-Encoding"))
		require.Contains(t, got.Errors[0].Message, "gzip")
	}
	empty := bytes.Repeat(gzipped(t, nil), 1000) // decompresses to nothing
	got := send(empty, "gzip")
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	require.Equal(t, "REQUEST_TOO_LARGE", got.Errors[0].Extensions["code"])
}

// TestSlowCompressedBodiesNeedNoWindow checks that any number of bodies that arrive slowly do not
// prevent other bodies from being decompressed.
func TestSlowCompressedBodiesNeedNoWindow(t *testing.T) {
	t.Parallel()
	var options gateway.Options
	decompresses(&options, nil)
	r := newRouter(t, options)
	server := httptest.NewServer(r.gateway)
	t.Cleanup(server.Close)
	body := gzipped(t, []byte(`{"query":"{ hello(name: \"a\") }"}`))
	request := func(body io.Reader) *http.Request {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/graphql", body)
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Content-Encoding", "gzip")
		return request
	}
	var slow []*io.PipeWriter
	answers := make(chan int)
	for range runtime.GOMAXPROCS(0) + 1 {
		from, to := io.Pipe()
		slow = append(slow, to)
		go func() {
			status := 0
			if response, err := server.Client().Do(request(from)); err == nil {
				status = response.StatusCode
				_ = response.Body.Close()
			}
			answers <- status
		}()
		_, err := to.Write(body[:12]) // the client has taken these bytes
		require.NoError(t, err)
	}
	response, err := server.Client().Do(request(bytes.NewReader(body)))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	for _, to := range slow {
		_, err := to.Write(body[12:])
		require.NoError(t, err)
		require.NoError(t, to.Close())
		require.Equal(t, http.StatusOK, <-answers)
	}
}
