package fetch

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outcomes serves answers of all kinds. The request says which.
func outcomes(w http.ResponseWriter, r *http.Request) {
	kind, _ := io.ReadAll(r.Body)
	w.Header().Add("Set-Cookie", "a=1")
	w.Header().Add("Set-Cookie", "b="+r.Header.Get("X-Tenant")+r.Header.Get("X-Request-Id"))
	switch string(kind) {
	case "chunked":
		_, _ = io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		_, _ = io.WriteString(w, "}")
	case "gzip":
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		_, _ = io.WriteString(packed, `{"packed":`+strconv.Quote(r.Header.Get("Accept-Encoding"))+"}")
		_ = packed.Close()
	case "redirect":
		if r.URL.Path != "/moved" {
			w.Header().Set("Location", "/moved")
			w.WriteHeader(http.StatusPermanentRedirect)
		}
		_, _ = io.WriteString(w, "{}")
	case "400", "429", "302", "500", "204":
		var status int
		_, _ = fmt.Sscan(string(kind), &status)
		w.WriteHeader(status)
		if status != http.StatusNoContent {
			_, _ = io.WriteString(w, "{}")
		}
	case "not JSON":
		_, _ = io.WriteString(w, "<html>")
	case "too large":
		_, _ = io.WriteString(w, strings.Repeat(" ", 20_000))
	case "too large, chunked":
		for range 20 {
			_, _ = io.WriteString(w, strings.Repeat(" ", 1000))
			w.(http.Flusher).Flush()
		}
	case "breaks off":
		_, _ = io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "late":
		<-r.Context().Done()
	default:
		_, _ = io.WriteString(w, "{}")
	}
}

// overTLS returns a client that calls the handler over TLS, with or without HTTP/2.
func overTLS(t testing.TB, http2 bool, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	c := newTestClient(t, server.URL, true)
	require.Nil(t, c.subgraphs["a"].http1, "http1 must not be used for TLS")
	c.http.Transport.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	return c
}

// TestOutcomesAgree checks that the results over TLS, over HTTP/2 and of http1 are the same.
func TestOutcomesAgree(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.HandlerFunc(outcomes))
	t.Cleanup(plain.Close)
	clients := map[string]*Client{
		"http1": newTestClient(t, plain.URL, true), "net/http": newTestClient(t, plain.URL, false),
		"TLS": overTLS(t, false, outcomes), "HTTP/2": overTLS(t, true, outcomes),
	}
	for _, kind := range []string{
		"", "chunked", "gzip", "redirect", "400", "429", "302", "500", "204", "not JSON", "too large", "too large, chunked", "breaks off", "late", "",
	} {
		seen := map[string]string{}
		for name, c := range clients {
			to := c.subgraphs["a"]
			to.ForwardHeaders = []string{"X-Tenant"}
			if to.Timeout = 10 * time.Second; kind == "late" {
				to.Timeout = 50 * time.Millisecond
			}
			c.subgraphs["a"] = to
			request := c.For(http.Header{"X-Tenant": {"7"}, "X-Other": {"no"}}, "id")
			body, err := request.Fetch(t.Context(), "a", []byte(kind))
			var failure *Error
			code := ""
			if errors.As(err, &failure) {
				code = fmt.Sprint(failure.Code, failure.Retryable)
			}
			seen[name] = fmt.Sprintf("%s %s %s", body, code, request.Returned())
		}
		for name := range clients {
			require.Equal(t, seen["http1"], seen[name], "%s: %s", name, kind)
		}
	}
}

func TestHTTP2IsSpoken(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		c := overTLS(t, http2, func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprintf(w, `{"major":%d}`, r.ProtoMajor) })
		got, code, _ := ask(t, c)
		require.Empty(t, code)
		require.Equal(t, map[bool]string{false: `{"major":1}`, true: `{"major":2}`}[http2], got)
	}
}

// TestTLSIsVerified checks that a subgraph without a trusted certificate is not called.
func TestTLSIsVerified(t *testing.T) {
	t.Parallel()
	asked := false
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := newTestClient(t, server.URL, true).For(nil, "1").Fetch(t.Context(), "a", []byte(`{}`))
	var failure *Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, CodeUnavailable, failure.Code)
	require.False(t, failure.Retryable)
	require.False(t, asked)
}
