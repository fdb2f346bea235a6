package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/tests/certtest"
)

// served is a running router over a subgraph that answers {hello}.
type served struct {
	address string
	log     *lockedLog
}

// lockedLog is a log that can be read while it is written.
type lockedLog struct {
	mu        sync.Mutex
	text      bytes.Buffer
	addresses addressLog
}

func (l *lockedLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	l.text.Write(line)
	l.mu.Unlock()
	return l.addresses.Write(line)
}

func (l *lockedLog) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// serve runs a router with this configuration, in addition to its subgraph and its address.
func serve(t *testing.T, more string, answer http.HandlerFunc) *served {
	t.Helper()
	backend := httptest.NewServer(answer)
	t.Cleanup(backend.Close)
	dir := t.TempDir()
	sdl, path := filepath.Join(dir, "a.graphqls"), filepath.Join(dir, "router.yaml")
	require.NoError(t, os.WriteFile(sdl, []byte("type Query { hello(n: Int): String }"), 0o600))
	text := fmt.Sprintf("listen: 127.0.0.1:0\nlimits: {connectTimeout: 1m}\nsubgraphs: [{name: a, url: %q, schema: %q}]\n%s", backend.URL, sdl, more)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s := &served{log: &lockedLog{addresses: make(addressLog, 1)}}
	router, err := newServer(path, c, slog.New(slog.NewJSONHandler(s.log, nil)))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- router.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	s.address = <-s.log.addresses
	return s
}

func hello(size int) http.HandlerFunc {
	return says(http.StatusOK, `{"data":{"hello":"`+strings.Repeat("x", size)+`"}}`)
}

// ready waits until the router has its schema.
func (s *served) ready(t *testing.T, client *http.Client, scheme string) {
	t.Helper()
	require.Eventually(t, func() bool {
		response, err := client.Get(scheme + "://" + s.address + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, time.Minute, 10*time.Millisecond)
}

// clientOf returns a client that trusts the authority, and shows certificates if there are any.
func clientOf(t *testing.T, trusted *certtest.Authority, own ...tls.Certificate) *http.Client {
	t.Helper()
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: trusted.Pool(), Certificates: own, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func askHello(t *testing.T, client *http.Client, url string) (*http.Response, string) {
	t.Helper()
	response, err := client.Post(url+"/graphql", "application/json", strings.NewReader(`{"query":"{hello}"}`))
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

// TestTLSAndHTTP2 checks that clients get HTTP/2 by ALPN, and HTTP/1.1 if they want it, with large
// responses complete.
func TestTLSAndHTTP2(t *testing.T) {
	t.Parallel()
	authority, dir := certtest.NewAuthority(t), t.TempDir()
	certificate, key := authority.Issue(t, dir, "router")
	s := serve(t, fmt.Sprintf("tls: {certificate: %q, key: %q}\n", certificate, key), hello(100_000))
	two := clientOf(t, authority)
	one := clientOf(t, authority)
	one.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	s.ready(t, two, "https")
	for major, client := range map[int]*http.Client{1: one, 2: two} {
		for range 3 {
			response, body := askHello(t, client, "https://"+s.address)
			require.Equal(t, major, response.ProtoMajor)
			require.Equal(t, `{"data":{"hello":"`+strings.Repeat("x", 100_000)+`"}}`, body)
		}
	}
	old := clientOf(t, authority)
	old.Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS10
	old.Transport.(*http.Transport).TLSClientConfig.MaxVersion = tls.VersionTLS11
	_, err := old.Get("https://" + s.address + "/readyz")
	require.ErrorContains(t, err, "protocol version")
}

// TestHTTP2WithoutTLS checks that many requests on one connection of h2c get their own responses,
// and that HTTP/1.1 is still served.
func TestHTTP2WithoutTLS(t *testing.T) {
	t.Parallel()
	s := serve(t, "http2: {cleartext: true}\ndeduplicate: {operations: false}\n", func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Variables map[string]any
		}
		_ = json.NewDecoder(r.Body).Decode(&asked)
		for _, n := range asked.Variables {
			fmt.Fprintf(w, `{"data":{"hello":"%s"}}`, strings.Repeat(fmt.Sprint(n, ","), 10_000))
			return
		}
		_, _ = io.WriteString(w, `{"data":{"hello":"x"}}`)
	})
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}
	s.ready(t, client, "http")
	var wait sync.WaitGroup
	for n := range 40 {
		wait.Go(func() {
			response, err := client.Post("http://"+s.address+"/graphql", "application/json",
				strings.NewReader(fmt.Sprintf(`{"query":"query($n:Int){hello(n:$n)}","variables":{"n":%d}}`, n)))
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if want := `{"data":{"hello":"` + strings.Repeat(fmt.Sprint(n, ","), 10_000) + `"}}`; err != nil || string(body) != want || response.ProtoMajor != 2 {
				t.Errorf("request %d: %v, %d bytes, HTTP/%d", n, err, len(body), response.ProtoMajor)
			}
		})
	}
	wait.Wait()
	response, body := askHello(t, new(http.Client), "http://"+s.address)
	require.Equal(t, 1, response.ProtoMajor)
	require.Equal(t, `{"data":{"hello":"x"}}`, body)
}

// TestHTTP2WithoutTLSIsOffByDefault checks that h2c needs its setting.
func TestHTTP2WithoutTLSIsOffByDefault(t *testing.T) {
	t.Parallel()
	s := serve(t, "", hello(1))
	s.ready(t, new(http.Client), "http")
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	_, err := (&http.Client{Transport: transport}).Get("http://" + s.address + "/healthz")
	require.Error(t, err)
}

// TestCertificatesAreReadAgain checks that new connections get the new certificate, that a broken
// file keeps the last one and is logged once, and that open connections stay open.
func TestCertificatesAreReadAgain(t *testing.T) {
	t.Parallel()
	authority, dir := certtest.NewAuthority(t), t.TempDir()
	certificate, key := authority.Issue(t, dir, "router")
	s := serve(t, fmt.Sprintf("tls: {certificate: %q, key: %q}\n", certificate, key), hello(1))
	open := clientOf(t, authority)
	s.ready(t, open, "https")
	serial := func(client *http.Client) string {
		response, _ := askHello(t, client, "https://"+s.address)
		return response.TLS.PeerCertificates[0].SerialNumber.String()
	}
	first := serial(open)
	require.Equal(t, first, serial(clientOf(t, authority)))

	authority.Issue(t, dir, "router")
	second := serial(clientOf(t, authority))
	require.NotEqual(t, first, second)
	require.Equal(t, first, serial(open), "an open connection")

	require.NoError(t, os.WriteFile(key, []byte("broken"), 0o600))
	for range 3 {
		require.Equal(t, second, serial(clientOf(t, authority)))
	}
	require.Equal(t, 1, s.log.count("the certificate stays as it is"))
	require.NoError(t, os.Remove(certificate))
	require.Equal(t, second, serial(clientOf(t, authority)))

	authority.Issue(t, dir, "router")
	require.NotContains(t, []string{first, second}, serial(clientOf(t, authority)))
	require.Equal(t, first, serial(open), "an open connection")
}

// TestClientsNeedACertificate checks what each setting of clientAuth accepts, and that a change of
// the authority is noticed, also by clients that resume a session.
func TestClientsNeedACertificate(t *testing.T) {
	t.Parallel()
	trusted, other, dir := certtest.NewAuthority(t), certtest.NewAuthority(t), t.TempDir()
	certificate, key := trusted.Issue(t, dir, "router")
	own := certtest.Pair(t, first(trusted.Issue(t, dir, "client")), filepath.Join(dir, "client.key"))
	foreignDir := t.TempDir()
	foreign := certtest.Pair(t, first(other.Issue(t, foreignDir, "client")), filepath.Join(foreignDir, "client.key"))
	for auth, accepted := range map[string]struct{ none, own, foreign bool }{
		"none": {true, true, true}, "request": {true, true, false}, "require": {false, true, false},
	} {
		t.Run(auth, func(t *testing.T) {
			t.Parallel()
			authorities := t.TempDir()
			more := fmt.Sprintf("tls: {certificate: %q, key: %q", certificate, key)
			if auth != "none" {
				more += fmt.Sprintf(", clientCA: %q, clientAuth: %s", trusted.Write(t, authorities), auth)
			}
			s := serve(t, more+"}\n", hello(1))
			resumes := clientOf(t, trusted, own)
			resumes.Transport.(*http.Transport).TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(4)
			s.ready(t, resumes, "https")
			connects := func(client *http.Client) bool {
				defer client.CloseIdleConnections()
				response, err := client.Get("https://" + s.address + "/readyz")
				if err == nil {
					_ = response.Body.Close()
				}
				return err == nil
			}
			require.Equal(t, accepted.none, connects(clientOf(t, trusted)), "without")
			require.Equal(t, accepted.own, connects(clientOf(t, trusted, own)), "its own")
			// A client sends no certificate of an authority that the server does not name.
			unasked := clientOf(t, trusted)
			unasked.Transport.(*http.Transport).TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				return &foreign, nil
			}
			require.Equal(t, accepted.foreign, connects(unasked), "of another authority")
			require.True(t, connects(resumes))
			if auth == "none" {
				return
			}
			other.Write(t, authorities)
			require.False(t, connects(resumes), "its authority is no longer trusted")
			require.True(t, connects(clientOf(t, trusted, foreign)))
		})
	}
}

func first(certificate, _ string) string { return certificate }

// TestABrokenCertificateEndsTheStart checks the error of a router that cannot serve TLS.
func TestABrokenCertificateEndsTheStart(t *testing.T) {
	t.Parallel()
	authority, dir := certtest.NewAuthority(t), t.TempDir()
	certificate, _ := authority.Issue(t, dir, "a")
	_, key := authority.Issue(t, dir, "b")
	for key, want := range map[string]string{key: "does not match", dir: "is not a regular file", "absent": "no such file"} {
		c := config.Default()
		c.Listen, c.TLS.Certificate, c.TLS.Key = "127.0.0.1:0", certificate, key
		s, err := newServer("", c, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		require.ErrorContains(t, s.serve(t.Context()), want)
	}
}

// TestSubgraphsOverTLS checks that a subgraph is verified by its own authority, and gets the
// router's certificate, for its schema and for queries.
func TestSubgraphsOverTLS(t *testing.T) {
	t.Parallel()
	authority, dir := certtest.NewAuthority(t), t.TempDir()
	subgraph := certtest.Pair(t, first(authority.Issue(t, dir, "a.internal")), filepath.Join(dir, "a.internal.key"))
	var names []string
	var mu sync.Mutex
	backend := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		names = append(names, r.TLS.PeerCertificates[0].Subject.CommonName)
		mu.Unlock()
		if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), "_service") {
			_, _ = io.WriteString(w, `{"data":{"_service":{"sdl":"type Query { s: String }"}}}`)
			return
		}
		_, _ = io.WriteString(w, `{"data":{"s":"x"}}`)
	}))
	backend.TLS = &tls.Config{
		Certificates: []tls.Certificate{subgraph}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.Pool(), MinVersion: tls.VersionTLS12,
	}
	backend.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	backend.StartTLS()
	t.Cleanup(backend.Close)
	ca := authority.Write(t, dir)
	certificate, key := authority.Issue(t, dir, "router")
	start := func(c config.SubgraphTLS) (*edge, error) {
		full := config.Default()
		full.Limits.ConnectTimeout = time.Minute
		full.Subgraphs = []config.Subgraph{{Name: "a", URL: backend.URL, Timeout: time.Minute, TLS: c}}
		s, err := newServer("", full, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return &edge{server: s}, s.use(t.Context(), full)
	}
	e, err := start(config.SubgraphTLS{CA: ca, Certificate: certificate, Key: key, ServerName: "a.internal"})
	require.NoError(t, err)
	require.Equal(t, "x", dataOf(t, e.do(t, edgePost("{s}")))["s"])
	require.Equal(t, []string{"router", "router"}, names)

	_, err = start(config.SubgraphTLS{CA: ca, Certificate: certificate, Key: key, ServerName: "b.internal"})
	require.ErrorContains(t, err, "b.internal")
	_, err = start(config.SubgraphTLS{Certificate: certificate, Key: key})
	require.ErrorContains(t, err, new(x509.UnknownAuthorityError).Error())
	_, err = start(config.SubgraphTLS{CA: ca})
	require.Error(t, err, "without the router's certificate")
	_, err = start(config.SubgraphTLS{CA: key})
	require.ErrorContains(t, err, "has no certificate in PEM format")
	require.Len(t, names, 2)
}

func dataOf(t *testing.T, a edgeAnswer) map[string]any {
	t.Helper()
	var got struct{ Data map[string]any }
	require.NoError(t, json.Unmarshal([]byte(a.body), &got))
	return got.Data
}
