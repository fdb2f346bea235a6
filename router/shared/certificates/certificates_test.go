package certificates_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/certificates"
	"github.com/trefoil-graph/trefoil/router/tests/certtest"
)

// served is a server that answers with the serial number of the client's verified certificate.
func served(t *testing.T, s certificates.Server) (url string) {
	t.Helper()
	c, err := s.Config(slog.New(slog.DiscardHandler), "http/1.1")
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if chains := r.TLS.VerifiedChains; len(chains) > 0 {
			_, _ = io.WriteString(w, chains[0][0].SerialNumber.String())
		}
	}))
	server.TLS = c
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// TestAClientFollowsItsCertificate checks that client and server verify each other. It checks that
// a client uses a new certificate for its next connection, and the last good one if a file is
// broken.
func TestAClientFollowsItsCertificate(t *testing.T) {
	t.Parallel()
	authority, dir := certtest.NewAuthority(t), t.TempDir()
	certificate, key := authority.Issue(t, dir, "server")
	ca := authority.Write(t, dir)
	url := served(t, certificates.Server{Pair: certificates.Pair{Certificate: certificate, Key: key}, ClientCA: ca, Requires: true})
	certificate, key = authority.Issue(t, dir, "client")
	var log bytes.Buffer
	c, err := certificates.Client{
		CA: ca, Pair: certificates.Pair{Certificate: certificate, Key: key}, ServerName: "server",
	}.Config(slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}}
	seen := func() string {
		response, err := client.Get(url)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NotEmpty(t, body)
		return string(body)
	}
	first := seen()
	require.Equal(t, first, seen())
	authority.Issue(t, dir, "client")
	second := seen()
	require.NotEqual(t, first, second)
	require.NoError(t, os.Remove(key))
	require.Equal(t, second, seen())
	require.Contains(t, log.String(), "the certificate stays as it is")
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	authority, dir := certtest.NewAuthority(t), t.TempDir()
	certificate, key := authority.Issue(t, dir, "a")
	_, other := authority.Issue(t, dir, "b")
	large := filepath.Join(dir, "large.pem")
	require.NoError(t, os.WriteFile(large, make([]byte, 5<<20), 0o600))
	for name, c := range map[string]struct {
		pair certificates.Pair
		ca   string
		want string
	}{
		"no certificate": {certificates.Pair{Certificate: filepath.Join(dir, "absent"), Key: key}, "", "absent: no such file"},
		"another key":    {certificates.Pair{Certificate: certificate, Key: other}, "", "private key does not match public key"},
		"the wrong file": {certificates.Pair{Certificate: key, Key: key}, "", "did find a private key"},
		"a folder":       {certificates.Pair{Certificate: dir, Key: key}, "", "is not a regular file"},
		"a large file":   {certificates.Pair{Certificate: large, Key: key}, "", "is larger than 4 MiB"},
		"a broken CA":    {certificates.Pair{Certificate: certificate, Key: key}, other, "has no certificate in PEM format"},
		"an absent CA":   {certificates.Pair{Certificate: certificate, Key: key}, filepath.Join(dir, "no.pem"), "no.pem: no such file"},
	} {
		_, err := certificates.Server{Pair: c.pair, ClientCA: c.ca}.Config(log, "h2")
		require.ErrorContains(t, err, c.want, name)
		_, err = certificates.Client{Pair: c.pair, CA: c.ca}.Config(log)
		require.ErrorContains(t, err, c.want, name)
	}
	c, err := certificates.Client{}.Config(log)
	require.NoError(t, err)
	require.EqualValues(t, tls.VersionTLS12, c.MinVersion)
}

func ExampleServer() {
	server := certificates.Server{Pair: certificates.Pair{Certificate: "absent.pem", Key: "absent.key"}}
	_, err := server.Config(slog.New(slog.DiscardHandler), "h2", "http/1.1")
	fmt.Println(err)
	// Output: open absent.pem: no such file or directory
}
