package auth_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
)

func requireUnauthenticated(t *testing.T, err error) {
	t.Helper()
	var refused *apierror.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, apierror.Unauthenticated, refused.Code)
}

func TestGoodToken(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	claims := issuer.Claims(ids.New("usr"))
	identity, err := issuer.Verifier(t, nil).Verify(t.Context(), issuer.Sign(t, claims))
	require.NoError(t, err)
	require.Equal(t, auth.Identity{
		UserID: claims.Subject, SessionID: claims.SessionID, Roles: []auth.Role{auth.Customer},
	}, identity)
}

func TestBadClaimsAreRefused(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	verifier := issuer.Verifier(t, nil)
	for name, spoil := range map[string]func(*auth.Claims){
		"expired":        func(c *auth.Claims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-2 * auth.Leeway)) },
		"issued later":   func(c *auth.Claims) { c.IssuedAt = jwt.NewNumericDate(time.Now().Add(time.Hour)) },
		"without end":    func(c *auth.Claims) { c.ExpiresAt = nil },
		"not yet":        func(c *auth.Claims) { c.NotBefore = jwt.NewNumericDate(time.Now().Add(time.Hour)) },
		"other issuer":   func(c *auth.Claims) { c.Issuer = "https://evil.example" },
		"other audience": func(c *auth.Claims) { c.Audience = jwt.ClaimStrings{"other"} },
		"no audience":    func(c *auth.Claims) { c.Audience = nil },
		"no subject":     func(c *auth.Claims) { c.Subject = "" },
		"not a user":     func(c *auth.Claims) { c.Subject = ids.New("prd") },
		"no session":     func(c *auth.Claims) { c.SessionID = "" },
	} {
		claims := issuer.Claims(ids.New("usr"))
		spoil(&claims)
		_, err := verifier.Verify(t.Context(), issuer.Sign(t, claims))
		require.Error(t, err, name)
		requireUnauthenticated(t, err)
	}
}

// The clocks of two services may differ by Leeway.
func TestClocksMayDiffer(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	for name, shift := range map[string]func(*auth.Claims){
		"expired just now":  func(c *auth.Claims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-auth.Leeway / 2)) },
		"valid in a moment": func(c *auth.Claims) { c.NotBefore = jwt.NewNumericDate(time.Now().Add(auth.Leeway / 2)) },
		"issued in a moment": func(c *auth.Claims) {
			c.IssuedAt = jwt.NewNumericDate(time.Now().Add(auth.Leeway / 2))
		},
	} {
		claims := issuer.Claims(ids.New("usr"))
		shift(&claims)
		_, err := issuer.Verifier(t, nil).Verify(t.Context(), issuer.Sign(t, claims))
		require.NoError(t, err, name)
	}
}

// A valid signature is not enough: the header must be one that the user service writes.
func TestForeignHeadersAreRefused(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	verifier := issuer.Verifier(t, nil)
	for name, c := range map[string]struct {
		header map[string]any
		good   bool
	}{
		"as issued":            {map[string]any{}, true},
		"typ in lower case":    {map[string]any{"typ": "jwt"}, true},
		"no typ":               {map[string]any{"typ": nil}, false},
		"typ of another token": {map[string]any{"typ": "logout+jwt"}, false},
		"typ is not a string":  {map[string]any{"typ": 7}, false},
		"unknown extension":    {map[string]any{"crit": []string{"exp2"}, "exp2": 1}, false},
		"crit is not a list":   {map[string]any{"crit": "exp2"}, false},
		"empty list":           {map[string]any{"crit": []string{}}, false},
		"known extension":      {map[string]any{"crit": []string{"b64"}, "b64": true}, false},
	} {
		_, err := verifier.Verify(t.Context(), issuer.SignWith(t, issuer.Claims(ids.New("usr")), c.header))
		if c.good {
			require.NoError(t, err, name)
			continue
		}
		require.Error(t, err, name)
		requireUnauthenticated(t, err)
	}
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	issuer, stranger := authtest.New(t), authtest.New(t)
	claims := issuer.Claims(ids.New("usr"))
	good := issuer.Sign(t, claims)
	parts := strings.Split(good, ".")

	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, claims).SignedString(jwt.UnsafeAllowNoneSignatureType)
	require.NoError(t, err)
	unknownKey := stranger.Sign(t, claims)
	stranger.KeyID = issuer.KeyID // pretends to be ours

	// The public key is used as the secret of an HMAC.
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT","kid":"` + issuer.KeyID + `"}`))
	mac := hmac.New(sha256.New, issuer.Private[32:])
	mac.Write([]byte(header + "." + parts[1]))
	confused := header + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))

	other := issuer.Sign(t, issuer.Claims(ids.New("usr")))
	for name, token := range map[string]string{
		"empty":           "",
		"nonsense":        "x.y.z",
		"alg none":        none,
		"unknown key":     unknownKey,
		"other key":       stranger.Sign(t, claims),
		"alg confusion":   confused,
		"no signature":    parts[0] + "." + parts[1] + ".",
		"other's payload": parts[0] + "." + strings.Split(other, ".")[1] + "." + parts[2],
	} {
		_, err := issuer.Verifier(t, nil).Verify(t.Context(), token)
		require.Error(t, err, name)
		requireUnauthenticated(t, err)
	}
}

type brokenRevocations struct{}

func (brokenRevocations) Revoked(context.Context, string) (bool, error) {
	return false, errors.New("database is gone")
}

func TestAFailedRevocationCheckRefusesTheToken(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	_, err := issuer.Verifier(t, brokenRevocations{}).Verify(t.Context(), issuer.Token(t, ids.New("usr")))
	require.ErrorContains(t, err, "database is gone")
	var shown *apierror.Error
	require.False(t, errors.As(err, &shown), "the fault is ours, not the user's")
}

func TestMiddlewareReadsHeaderThenCookie(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	ada, bob := ids.New("usr"), ids.New("usr")
	for name, c := range map[string]struct {
		header, cookie string
		presented      bool
		user           string
	}{
		"nothing":              {},
		"header":               {"Bearer " + issuer.Token(t, ada), "", true, ada},
		"lower case":           {"bearer " + issuer.Token(t, ada), "", true, ada},
		"cookie":               {"", issuer.Token(t, bob), true, bob},
		"both":                 {"Bearer " + issuer.Token(t, ada), issuer.Token(t, bob), true, ada},
		"bad header":           {"Bearer nonsense", issuer.Token(t, bob), true, ""},
		"other scheme":         {"Basic YTpi", "", true, ""},
		"scheme without token": {"Bearer", "", true, ""},
		"bad cookie":           {"", "nonsense", true, ""},
	} {
		var asked bool
		handler := issuer.Verifier(t, nil).Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			asked = true
			identity, ok := auth.From(r.Context())
			require.Equal(t, c.user, identity.UserID, name)
			require.Equal(t, c.user != "", ok, name)
			require.Equal(t, c.presented, auth.Presented(r.Context()), name)
			if _, err := auth.Require(r.Context()); c.user == "" {
				requireUnauthenticated(t, err)
			} else {
				require.NoError(t, err, name)
			}
		}))
		request := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		if c.header != "" {
			request.Header.Set("Authorization", c.header)
		}
		if c.cookie != "" {
			request.AddCookie(&http.Cookie{Name: auth.AccessCookie, Value: c.cookie})
		}
		handler.ServeHTTP(httptest.NewRecorder(), request)
		require.True(t, asked, name)
	}
}

// keyServer is a user service that can be down.
type keyServer struct {
	issuer *authtest.Issuer
	up     atomic.Bool
	asked  atomic.Int64
}

func (k *keyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.asked.Add(1)
	if !k.up.Load() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	k.issuer.ServeHTTP(w, r)
}

func serveKeys(t *testing.T, up bool) (*keyServer, string) {
	t.Helper()
	keys := &keyServer{issuer: authtest.New(t)}
	keys.up.Store(up)
	server := httptest.NewServer(keys)
	t.Cleanup(server.Close)
	return keys, server.URL
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestKeysAreFetchedWhenATokenNamesThem(t *testing.T) {
	t.Parallel()
	server, url := serveKeys(t, true)
	file := filepath.Join(t.TempDir(), "sub", "jwks.json")
	verifier := auth.NewVerifier(auth.NewRemoteKeys(url, file, quiet()), auth.NewDenyList())
	token := server.issuer.Token(t, ids.New("usr"))

	_, err := verifier.Verify(t.Context(), token)
	require.NoError(t, err)
	cached, err := os.ReadFile(file)
	require.NoError(t, err)
	require.JSONEq(t, string(server.issuer.JWKS()), string(cached))

	server.up.Store(false) // a service that starts now uses the file
	verifier = auth.NewVerifier(auth.NewRemoteKeys(url, file, quiet()), auth.NewDenyList())
	_, err = verifier.Verify(t.Context(), token)
	require.NoError(t, err)
	require.EqualValues(t, 1, server.asked.Load())
}

func TestKeysAreFetchedOnceUserIsUp(t *testing.T) {
	t.Parallel()
	server, url := serveKeys(t, false)
	keys := auth.NewRemoteKeys(url, filepath.Join(t.TempDir(), "jwks.json"), quiet())
	verifier := auth.NewVerifier(keys, auth.NewDenyList())
	token := server.issuer.Token(t, ids.New("usr"))
	_, err := verifier.Verify(t.Context(), token)
	requireUnauthenticated(t, err)

	server.up.Store(true)
	require.Eventually(t, func() bool {
		_, err := verifier.Verify(t.Context(), token)
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
}

func TestRunFetchesWithoutATokenAndStops(t *testing.T) {
	t.Parallel()
	server, url := serveKeys(t, false)
	file := filepath.Join(t.TempDir(), "jwks.json")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- auth.NewRemoteKeys(url, file, quiet()).Run(ctx) }()
	require.Eventually(t, func() bool { return server.asked.Load() > 0 }, 20*time.Second, time.Millisecond)
	server.up.Store(true)
	require.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, 20*time.Second, time.Millisecond)
	cancel()
	require.NoError(t, <-done)
}

func TestUnknownKeysDoNotCauseFrequentFetches(t *testing.T) {
	t.Parallel()
	server, url := serveKeys(t, true)
	stranger := authtest.New(t)
	verifier := auth.NewVerifier(
		auth.NewRemoteKeys(url, filepath.Join(t.TempDir(), "jwks.json"), quiet()), auth.NewDenyList())
	start := time.Now()
	for range 100 {
		_, err := verifier.Verify(t.Context(), stranger.Token(t, ids.New("usr")))
		requireUnauthenticated(t, err)
	}
	require.LessOrEqual(t, server.asked.Load(), 1+int64(time.Since(start)/time.Second))
}

// slowKeys answers when the test lets it.
type slowKeys struct {
	*authtest.Issuer
	asked  chan struct{}
	answer chan struct{}
}

func (k slowKeys) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.asked <- struct{}{}
	<-k.answer
	k.Issuer.ServeHTTP(w, r)
}

// A client sends a token with an unknown key and disconnects during the fetch. Another token,
// signed with a new key, must not fail because of that.
func TestADisconnectedClientFailsNoOtherRequest(t *testing.T) {
	t.Parallel()
	old, fresh := authtest.New(t), authtest.New(t)
	file := filepath.Join(t.TempDir(), "jwks.json")
	require.NoError(t, os.WriteFile(file, old.JWKS(), 0o600))
	slow := slowKeys{fresh, make(chan struct{}, 10), make(chan struct{})}
	server := httptest.NewServer(slow)
	t.Cleanup(server.Close)
	verifier := auth.NewVerifier(auth.NewRemoteKeys(server.URL, file, quiet()), auth.NewDenyList())

	hasty, hangUp := context.WithCancel(t.Context())
	strangers := make(chan error, 1)
	go func() {
		_, err := verifier.Verify(hasty, authtest.New(t).Token(t, ids.New("usr")))
		strangers <- err
	}()
	<-slow.asked
	hangUp()
	requireUnauthenticated(t, <-strangers) // without waiting for the fetch

	users := make(chan error, 5)
	for range cap(users) {
		go func() {
			_, err := verifier.Verify(t.Context(), fresh.Token(t, ids.New("usr")))
			users <- err
		}()
	}
	close(slow.answer)
	for range cap(users) {
		require.NoError(t, <-users)
	}
	require.Empty(t, slow.asked, "the keys were fetched once")
}

func TestUnusableKeysDoNotReplaceGoodOnes(t *testing.T) {
	t.Parallel()
	issuer := authtest.New(t)
	file := filepath.Join(t.TempDir(), "jwks.json")
	require.NoError(t, os.WriteFile(file, issuer.JWKS(), 0o600))
	for _, answer := range []string{"", "not JSON", "{}", `{"keys":[]}`, `{"keys":[5]}`} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(answer))
		}))
		keys := auth.NewRemoteKeys(server.URL, file, quiet())
		verifier := auth.NewVerifier(keys, auth.NewDenyList())
		// An unknown key causes a fetch.
		_, err := verifier.Verify(t.Context(), authtest.New(t).Token(t, ids.New("usr")))
		requireUnauthenticated(t, err)
		_, err = verifier.Verify(t.Context(), issuer.Token(t, ids.New("usr")))
		require.NoError(t, err, answer)
		server.Close()
		cached, err := os.ReadFile(file)
		require.NoError(t, err)
		require.JSONEq(t, string(issuer.JWKS()), string(cached))
	}
}
