package authentication_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
)

// keys are two API keys: secret-a and secret-b.
func keys(header, prefix string) *authentication.APIKeys {
	return &authentication.APIKeys{
		Header: authentication.Header{Name: header, Prefix: prefix},
		Keys: []authentication.APIKey{
			{Name: "a", SHA256: sha256.Sum256([]byte("secret-a")), Scopes: []string{"write", "read"}},
			{Name: "b", SHA256: sha256.Sum256([]byte("secret-b")), Claims: map[string]any{"tenant": "acme", "level": 3}},
		},
	}
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	for header, prefix := range map[string]string{"X-API-Key": "", "Authorization": "ApiKey"} {
		a := open(t, authentication.Options{APIKeys: keys(header, prefix), Log: quiet()})
		send := func(key string) (authentication.Result, error) {
			return a.Authenticate(request(header, strings.TrimSpace(prefix+" "+key)))
		}
		result, err := send("secret-a")
		require.NoError(t, err)
		require.Equal(t, "a", result.Identity.Subject())
		require.Equal(t, authentication.SchemeAPIKey, result.Identity.Scheme())
		require.Equal(t, []string{"read", "write"}, result.Identity.Scopes())
		result, err = send("secret-b")
		require.NoError(t, err)
		require.Equal(t, map[string]any{"tenant": "acme", "level": 3.0}, result.Identity.Claims(), "numbers are those of JSON")
		hash := sha256.Sum256([]byte("secret-a"))
		for _, bad := range []string{"secret", "secret-A", "secret-aa", string(hash[:]), strings.Repeat("x", 1000)} {
			_, err = send(bad)
			refused := unauthenticated(t, err, bad)
			require.True(t, strings.HasPrefix(refused.Header.Get("WWW-Authenticate"), "ApiKey"))
		}
		_, err = a.Verify(t.Context(), "secret-a")
		unauthenticated(t, err, "no tokens are accepted")
	}
}

func TestAPIKeyAndTokenShareAHeader(t *testing.T) {
	t.Parallel()
	from := newIssuer(t)
	o := options(from)
	o.APIKeys = keys("Authorization", "ApiKey")
	a := open(t, o)
	for value, scheme := range map[string]authentication.Scheme{
		"ApiKey secret-a": authentication.SchemeAPIKey, "Bearer " + from.good(t): authentication.SchemeJWT,
	} {
		result, err := a.Authenticate(request("Authorization", value))
		require.NoError(t, err)
		require.Equal(t, scheme, result.Identity.Scheme())
	}
	_, err := a.Authenticate(request("Authorization", "Bearer secret-a"))
	unauthenticated(t, err)
}

// authority signs client certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(encoded)
	require.NoError(t, err)
	return authority{certificate, key}
}

func (a authority) sign(t *testing.T, template *x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template.SerialNumber = big.NewInt(2)
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	encoded, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{encoded}, PrivateKey: key}
}

// TestClientCertificates sends requests over real TLS connections.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	ours, foreign, from := newAuthority(t), newAuthority(t), newIssuer(t)
	o := options(from)
	o.Certificates = []authentication.CertificateRule{
		{Subject: "CN=orders,O=Shop", Name: "orders", Scopes: []string{"internal"}},
		{URI: "spiffe://shop/*", Claims: map[string]any{"kind": "workload"}},
		{DNS: "*.partner.example", Email: "ops@partner.example"},
		{Subject: "CN=*,O=Partner", Name: "partner"},
	}
	a := open(t, o)
	result := make(chan authentication.Result, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, err := a.Authenticate(r)
		if err != nil {
			t.Error(err)
		}
		result <- got
	}))
	pool := x509.NewCertPool()
	pool.AddCert(ours.certificate)
	server.TLS = &tls.Config{ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool}
	server.StartTLS()
	t.Cleanup(server.Close)
	send := func(headers []string, certificates ...tls.Certificate) (*authentication.Identity, error) {
		client := server.Client()
		transport := client.Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = certificates
		defer transport.CloseIdleConnections()
		r := request(headers...)
		r.RequestURI = ""
		r.URL, _ = url.Parse(server.URL)
		answer, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			return nil, err
		}
		_ = answer.Body.Close()
		return (<-result).Identity, nil
	}
	orders := ours.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "orders", Organization: []string{"Shop"}}})
	workload, _ := url.Parse("spiffe://shop/ns/default")
	other, _ := url.Parse("spiffe://shopping/ns")
	for name, c := range map[string]struct {
		certificate tls.Certificate
		subject     string
	}{
		"by subject": {orders, "orders"},
		"by URI":     {ours.sign(t, &x509.Certificate{URIs: []*url.URL{other, workload}}), "spiffe://shop/ns/default"},
		"by two names": {ours.sign(t, &x509.Certificate{
			DNSNames: []string{"api.partner.example"}, EmailAddresses: []string{"ops@partner.example"},
		}), "api.partner.example"},
		"one of two names": {ours.sign(t, &x509.Certificate{DNSNames: []string{"api.partner.example"}}), ""},
		"a similar URI":    {ours.sign(t, &x509.Certificate{URIs: []*url.URL{other}}), ""},
		"by a pattern of the subject": {ours.sign(t, &x509.Certificate{
			Subject: pkix.Name{CommonName: `x\,`, Organization: []string{"Partner"}},
		}), "partner"},
		"a common name like the subject": {ours.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: `x,O=Partner`}}), ""},
		"one with a backslash":           {ours.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: `x\,O=Partner`}}), ""},
		"a similar subject":              {ours.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "orders"}}), ""},
	} {
		identity, err := send(nil, c.certificate)
		require.NoError(t, err, name)
		if c.subject == "" {
			require.Nil(t, identity, name)
			continue
		}
		require.Equal(t, c.subject, identity.Subject(), name)
		require.Equal(t, authentication.SchemeCertificate, identity.Scheme())
		require.Equal(t, "CN=authority", identity.Issuer())
	}
	identity, err := send(nil)
	require.NoError(t, err)
	require.Nil(t, identity)
	identity, err = send([]string{"Authorization", "Bearer " + from.good(t)}, orders)
	require.NoError(t, err)
	require.Equal(t, "ada", identity.Subject(), "a token comes before the connection")

	forged := foreign.sign(t, &x509.Certificate{Subject: pkix.Name{CommonName: "orders", Organization: []string{"Shop"}}})
	_, err = send(nil, forged)
	require.Error(t, err, "the handshake refuses it")
	unverified := request()
	leaf, err := x509.ParseCertificate(forged.Certificate[0])
	require.NoError(t, err)
	unverified.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}}
	got, err := a.Authenticate(unverified)
	require.NoError(t, err)
	require.Nil(t, got.Identity, "a certificate that nobody has verified")
}

// revocations is an HTTP endpoint that a deny list reads.
type revocations struct {
	*httptest.Server

	ended atomic.Pointer[[]string]
}

func newRevocations(t *testing.T) *revocations {
	t.Helper()
	e := &revocations{}
	e.ended.Store(&[]string{})
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		entries := []map[string]string{}
		for _, id := range *e.ended.Load() {
			entries = append(entries, map[string]string{"sid": id})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"entries": entries})
	}))
	t.Cleanup(e.Close)
	return e
}

// TestTheDenyListEndsTokens shows that a token whose session has ended is refused even if it is
// cached, and that other tokens are accepted.
func TestTheDenyListEndsTokens(t *testing.T) {
	t.Parallel()
	from, ended := newIssuer(t), newRevocations(t)
	o := options(from)
	o.DenyList = &authentication.DenyList{
		Claim: "sid", List: denyOptions(),
		HTTP: &denylist.HTTP{URL: ended.URL, Every: time.Millisecond, Timeout: patience},
	}
	a := open(t, o)
	token := from.good(t)
	result, err := a.Authenticate(request("Authorization", "Bearer "+token))
	require.NoError(t, err)
	require.NotNil(t, result.Identity)
	second := from.claims()
	second["sid"] = "session-2"

	ended.ended.Store(&[]string{"session-1"})
	require.Eventually(t, func() bool { _, err = a.Verify(t.Context(), token); return err != nil }, patience, time.Millisecond)
	require.Contains(t, unauthenticated(t, err).Error(), "The session has ended.")
	sameSession := from.claims()
	sameSession["n"] = 1
	_, err = a.Verify(t.Context(), from.sign(t, sameSession))
	unauthenticated(t, err, "a new token of the session")
	_, err = a.Verify(t.Context(), from.sign(t, second))
	require.NoError(t, err, "another session")
	for _, session := range []any{nil, "", 1, []string{"session-2"}, map[string]any{}} {
		undeniable := from.claims()
		if undeniable["sid"] = session; session == nil {
			delete(undeniable, "sid")
		}
		for range 2 { // the second time, the token could be remembered
			_, err = a.Verify(t.Context(), from.sign(t, undeniable))
			require.Contains(t, unauthenticated(t, err).Error(), "lacks the claim sid", session)
		}
	}

	// A reload keeps the list.
	ended.Close()
	next, err := authentication.New(o, a)
	require.NoError(t, err)
	t.Cleanup(next.Close)
	_, err = next.Verify(t.Context(), token)
	unauthenticated(t, err)
}

// TestReloadsLeaveNothing shows that closed authenticators leave no goroutines. It does not run in
// parallel with other tests, because it counts the goroutines of the process.
func TestReloadsLeaveNothing(t *testing.T) {
	from, ended := newIssuer(t), newRevocations(t)
	o := options(from)
	o.DenyList = &authentication.DenyList{
		Claim: "sid", List: denyOptions(),
		HTTP: &denylist.HTTP{URL: ended.URL, Every: time.Millisecond, Timeout: patience},
		NATS: &denylist.NATS{URL: "nats://127.0.0.1:1", Stream: "SESSIONS", Name: "router"},
	}
	a, err := authentication.New(o, nil)
	require.NoError(t, err)
	token := from.good(t)
	_, err = a.Verify(t.Context(), token)
	require.NoError(t, err)
	before := runtime.NumGoroutine()
	for range 100 {
		next, err := authentication.New(o, a)
		require.NoError(t, err)
		_, err = next.Verify(t.Context(), token)
		require.NoError(t, err)
		a.Close()
		a = next
	}
	defer a.Close()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() < before+20 }, patience, time.Millisecond)
}
