package jwks_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
)

const patience = 20 * time.Second

// server is an issuer's HTTP server, which counts the requests.
type server struct {
	*httptest.Server

	asked atomic.Int64
	// answer is the body; status 503 if it is nil.
	answer atomic.Pointer[[]byte]
	// hold, if set, is where requests wait.
	hold atomic.Pointer[chan struct{}]
}

func serve(t *testing.T, text []byte) *server {
	t.Helper()
	s := &server{}
	s.set(text)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if hold := s.hold.Load(); hold != nil {
			select {
			case <-*hold:
			case <-r.Context().Done():
				return
			}
		}
		if text := s.answer.Load(); text != nil {
			_, _ = w.Write(*text)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) set(text []byte) {
	if text == nil {
		s.answer.Store(nil)
		return
	}
	s.answer.Store(&text)
}

// slow makes requests wait until release is called.
func (s *server) slow(t *testing.T) (release func()) {
	t.Helper()
	hold := make(chan struct{})
	s.hold.Store(&hold)
	release = sync.OnceFunc(func() { s.hold.Store(nil); close(hold) })
	t.Cleanup(release)
	return release
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// ed returns a new Ed25519 key as a JWK.
func ed(t testing.TB, id string) map[string]any {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return map[string]any{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": id, "x": encode(public)}
}

func rsaKey(t testing.TB, id string, bits int) map[string]any {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(bits-1)))
	require.NoError(t, err)
	n.SetBit(n, bits-1, 1).SetBit(n, 0, 1) // not a product of primes: no test signs with it
	return map[string]any{"kty": "RSA", "kid": id, "n": encode(n.Bytes()), "e": "AQAB"}
}

func ecKey(t testing.TB, id string) map[string]any {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	point, err := private.PublicKey.Bytes()
	require.NoError(t, err)
	return map[string]any{"kty": "EC", "crv": "P-256", "kid": id, "x": encode(point[1:33]), "y": encode(point[33:])}
}

func set(t testing.TB, keys ...map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"keys": keys})
	require.NoError(t, err)
	return text
}

func options(url string) jwks.Options {
	return jwks.Options{
		URL: url, RefreshEvery: time.Hour, UnknownPause: 10 * time.Second, Timeout: patience,
		Log: slog.New(slog.DiscardHandler),
	}
}

func open(t *testing.T, o jwks.Options) *jwks.Set {
	t.Helper()
	s, err := jwks.New(o, nil)
	require.NoError(t, err)
	return s
}

// run refreshes the set until the test ends.
func run(t *testing.T, s *jwks.Set) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

func find(s *jwks.Set, id string) (crypto.PublicKey, error) {
	return s.Find(context.Background(), id, "EdDSA")
}

func TestAKeyIsFetchedWhenATokenNamesIt(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	s := open(t, options(issuer.URL))
	key, err := find(s, "a")
	require.NoError(t, err)
	require.IsType(t, ed25519.PublicKey{}, key)
	_, err = find(s, "a")
	require.NoError(t, err)
	require.EqualValues(t, 1, issuer.asked.Load())
}

// A client that sends tokens with invented ids of keys does not make the router flood the issuer.
func TestUnknownKidFlood(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	s := open(t, options(issuer.URL))
	run(t, s)
	require.Eventually(t, func() bool { _, err := find(s, "a"); return err == nil }, patience, time.Millisecond)
	before := issuer.asked.Load()
	var clients sync.WaitGroup
	for client := range 50 {
		clients.Go(func() {
			for n := range 200 {
				_, err := find(s, fmt.Sprintf("invented-%d-%d", client, n))
				require.Error(t, err)
			}
		})
	}
	clients.Wait()
	require.LessOrEqual(t, issuer.asked.Load()-before, int64(1), "requests for 10,000 unknown kids")
}

func TestANewKeyIsFoundOnceThePauseIsOver(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	o := options(issuer.URL)
	o.UnknownPause = time.Nanosecond
	s := open(t, o)
	_, err := find(s, "a")
	require.NoError(t, err)
	generation := s.Generation()
	issuer.set(set(t, ed(t, "b")))
	_, err = find(s, "b")
	require.NoError(t, err)
	require.NotEqual(t, generation, s.Generation())
	_, err = find(s, "a")
	require.ErrorIs(t, err, jwks.ErrUnknown, "a key that the issuer has withdrawn")
}

func TestTheKeysAreRefreshedInTheBackground(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	o := options(issuer.URL)
	o.RefreshEvery = time.Millisecond
	o.UnknownPause = time.Hour
	s := open(t, o)
	run(t, s)
	_, err := find(s, "other") // uses the only fetch for an unknown kid
	require.Error(t, err)
	issuer.set(set(t, ed(t, "b")))
	require.Eventually(t, func() bool { _, err := find(s, "b"); return err == nil }, patience, time.Millisecond)
}

// While the issuer does not answer, known keys are found at once, and requests with unknown ones
// take no goroutines of their own.
func TestASlowIssuerDelaysNobodyWithAKnownKey(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	s := open(t, options(issuer.URL))
	_, err := find(s, "a")
	require.NoError(t, err)
	o := options(issuer.URL)
	o.UnknownPause = time.Nanosecond
	s, err = jwks.New(o, s)
	require.NoError(t, err)
	issuer.slow(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, jwks.MaxWaiting+1)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer cancel()
	for range cap(failed) {
		waiting.Go(func() { _, err := s.Find(ctx, "unknown", "EdDSA"); failed <- err })
	}
	require.ErrorIs(t, <-failed, jwks.ErrUnavailable, "one too many waits")
	before := runtime.NumGoroutine()
	for n := range 10_000 {
		_, err := find(s, fmt.Sprint("unknown-", n))
		require.ErrorIs(t, err, jwks.ErrUnavailable)
		_, err = find(s, "a")
		require.NoError(t, err)
	}
	require.Less(t, runtime.NumGoroutine(), before+1000, "goroutines after 10,000 requests")
	require.EqualValues(t, 2, issuer.asked.Load())
}

func TestAClientThatLeavesDoesNotEndTheFetchOfOthers(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	release := issuer.slow(t)
	s := open(t, options(issuer.URL))
	ctx, cancel := context.WithCancel(t.Context())
	left, stayed := make(chan error, 1), make(chan error, 1)
	go func() { _, err := s.Find(ctx, "a", "EdDSA"); left <- err }()
	require.Eventually(t, func() bool { return issuer.asked.Load() == 1 }, patience, time.Millisecond)
	go func() { _, err := find(s, "a"); stayed <- err }()
	cancel()
	require.ErrorIs(t, <-left, context.Canceled)
	release()
	require.NoError(t, <-stayed)
	require.EqualValues(t, 1, issuer.asked.Load())
}

// A failing issuer says nothing about a token with an unknown key: it is neither valid nor not.
func TestAnIssuerThatIsDownMakesUnknownKeysUnavailable(t *testing.T) {
	t.Parallel()
	issuer := serve(t, nil)
	s := open(t, options(issuer.URL))
	for range 3 {
		_, err := find(s, "a")
		require.ErrorIs(t, err, jwks.ErrUnavailable)
	}
	run(t, s)
	issuer.set(set(t, ed(t, "a")))
	require.Eventually(t, func() bool { _, err := find(s, "a"); return err == nil }, patience, time.Millisecond)
	_, err := find(s, "b")
	require.ErrorIs(t, err, jwks.ErrUnknown)
}

func TestAnUnusableAnswerDoesNotReplaceTheKeys(t *testing.T) {
	t.Parallel()
	many := make([]map[string]any, 101)
	for i := range many {
		many[i] = ed(t, fmt.Sprint("k", i))
	}
	good := set(t, ed(t, "a"))
	for name, answer := range map[string][]byte{
		"empty":         {},
		"not JSON":      []byte("<html>"),
		"no keys":       []byte("{}"),
		"an empty list": []byte(`{"keys":[]}`),
		"not a key":     []byte(`{"keys":[5]}`),
		"too many":      set(t, many...),
		"too large":     append(slices.Clone(good), bytes.Repeat([]byte(" "), 1<<20)...),
		"only a secret": set(t, map[string]any{"kty": "oct", "kid": "a", "k": encode(make([]byte, 32))}),
	} {
		issuer := serve(t, good)
		o := options(issuer.URL)
		o.UnknownPause = time.Nanosecond
		s := open(t, o)
		_, err := find(s, "a")
		require.NoError(t, err, name)
		issuer.set(answer)
		_, err = find(s, "b")
		require.ErrorIs(t, err, jwks.ErrUnavailable, name)
		_, err = find(s, "a")
		require.NoError(t, err, name)
	}
}

// A set may hold keys for other purposes. They are skipped, and the others are used.
func TestKeysForOtherPurposesAreSkipped(t *testing.T) {
	t.Parallel()
	encryption := ed(t, "encryption")
	encryption["use"] = "enc"
	unknown := map[string]any{"kty": "NEW", "kid": "new"}
	secret := map[string]any{"kty": "oct", "kid": "secret", "k": encode(make([]byte, 32))}
	bound := ed(t, "bound")
	bound["alg"] = "EdDSA"
	boundRSA := rsaKey(t, "bound RSA", 2048)
	boundRSA["alg"] = "RS256"
	issuer := serve(t, set(t, encryption, unknown, secret, bound, boundRSA, rsaKey(t, "weak", 1024), rsaKey(t, "rsa", 2048), ecKey(t, "ec")))
	s := open(t, options(issuer.URL))
	for _, c := range []struct {
		id, alg string
		found   any
	}{
		{"bound", "EdDSA", ed25519.PublicKey{}},
		{"bound", "RS256", nil},
		{"bound", "HS256", nil},
		{"bound RSA", "RS256", &rsa.PublicKey{}},
		{"bound RSA", "PS256", nil},
		{"rsa", "RS256", &rsa.PublicKey{}},
		{"rsa", "PS512", &rsa.PublicKey{}},
		{"rsa", "ES256", nil},
		{"rsa", "HS256", nil},
		{"ec", "ES256", &ecdsa.PublicKey{}},
		{"ec", "ES384", nil},
		{"weak", "RS256", nil},
		{"secret", "HS256", nil},
		{"encryption", "EdDSA", nil},
		{"new", "EdDSA", nil},
		{"", "EdDSA", ed25519.PublicKey{}},
	} {
		key, err := s.Find(t.Context(), c.id, c.alg)
		if c.found == nil {
			require.ErrorIs(t, err, jwks.ErrUnknown, "%s %s", c.id, c.alg)
			continue
		}
		require.NoError(t, err, "%s %s", c.id, c.alg)
		require.IsType(t, c.found, key)
	}
}

func TestATokenWithoutAKidNeedsASetWithOneKey(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a"), ed(t, "b")))
	_, err := find(open(t, options(issuer.URL)), "")
	require.ErrorIs(t, err, jwks.ErrUnknown)
}

func TestACopyServesWhileTheIssuerIsDown(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	o := options(issuer.URL)
	o.Copy = filepath.Join(t.TempDir(), "router", "jwks.json")
	_, err := find(open(t, o), "a")
	require.NoError(t, err)
	issuer.set(nil)
	_, err = find(open(t, o), "a")
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(o.Copy, []byte("?"), 0o600))
	_, err = find(open(t, o), "a")
	require.ErrorIs(t, err, jwks.ErrUnavailable, "a damaged copy is as none")
}

func TestAFileIsReadAgain(t *testing.T) {
	t.Parallel()
	o := options("")
	o.File = filepath.Join(t.TempDir(), "jwks.json")
	_, err := jwks.New(o, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(o.File, set(t, ed(t, "a")), 0o600))
	o.RefreshEvery = time.Millisecond
	s := open(t, o)
	run(t, s)
	_, err = find(s, "a")
	require.NoError(t, err)
	_, err = find(s, "b")
	require.ErrorIs(t, err, jwks.ErrUnknown)
	fresh := o.File + ".new"
	require.NoError(t, os.WriteFile(fresh, set(t, ed(t, "b")), 0o600))
	require.NoError(t, os.Rename(fresh, o.File))
	require.Eventually(t, func() bool { _, err := find(s, "b"); return err == nil }, patience, time.Millisecond)
}

func TestAReloadKeepsTheKeys(t *testing.T) {
	t.Parallel()
	issuer := serve(t, set(t, ed(t, "a")))
	old := open(t, options(issuer.URL))
	_, err := find(old, "a")
	require.NoError(t, err)
	issuer.set(nil)
	next, err := jwks.New(options(issuer.URL), old)
	require.NoError(t, err)
	_, err = find(next, "a")
	require.NoError(t, err)
	other, err := jwks.New(options(issuer.URL+"/other"), old)
	require.NoError(t, err)
	_, err = find(other, "a")
	require.Error(t, err, "keys of another URL are not taken over")
}
