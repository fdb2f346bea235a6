package authentication_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

const (
	patience   = 20 * time.Second
	issuerName = "https://issuer.example"
	leeway     = 30 * time.Second
)

// issuer signs tokens, and serves its public key over HTTP.
type issuer struct {
	name    string
	id      string
	private ed25519.PrivateKey
	url     string
	asked   atomic.Int64
	down    atomic.Bool
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{name: issuerName, id: "key-1"}
	i.rotate(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.asked.Add(1)
		if i.down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write(i.jwks())
	}))
	t.Cleanup(server.Close)
	i.url = server.URL
	return i
}

// rotate replaces the key. No other goroutine may use the issuer meanwhile.
func (i *issuer) rotate(t testing.TB) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	i.private = private
}

func (i *issuer) public() ed25519.PublicKey { return i.private.Public().(ed25519.PublicKey) }

func (i *issuer) jwks() []byte {
	text, _ := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": i.id,
		"x": base64.RawURLEncoding.EncodeToString(i.public()),
	}}})
	return text
}

// claims returns the claims of an accepted token.
func (i *issuer) claims() jwt.MapClaims {
	return jwt.MapClaims{
		"iss": i.name, "aud": "shop", "sub": "ada", "sid": "session-1",
		"iat": time.Now().Unix(), "exp": time.Now().Add(10 * time.Minute).Unix(),
	}
}

func (i *issuer) sign(t testing.TB, claims jwt.MapClaims) string {
	t.Helper()
	return i.signWith(t, claims, nil)
}

// signWith signs a token with a changed header: a value of nil removes a parameter.
func (i *issuer) signWith(t testing.TB, claims jwt.MapClaims, header map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["kid"] = i.id
	for name, value := range header {
		token.Header[name] = value
		if value == nil {
			delete(token.Header, name)
		}
	}
	signed, err := token.SignedString(i.private)
	require.NoError(t, err)
	return signed
}

// good returns an accepted token.
func (i *issuer) good(t testing.TB) string {
	t.Helper()
	return i.sign(t, i.claims())
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (i *issuer) accepted() authentication.Issuer {
	return authentication.Issuer{
		Name: i.name, Audiences: []string{"shop", "api"}, Algorithms: []string{"EdDSA"},
		Types: []string{"JWT"}, Claims: map[string]string{"sub": ".+"},
		Keys: jwks.Options{
			URL: i.url, RefreshEvery: time.Hour, UnknownPause: 10 * time.Second, Timeout: patience, Log: quiet(),
		},
	}
}

// options accept the tokens of issuers in a header, in a cookie, and in a cookie with Ignore.
func options(issuers ...*issuer) authentication.Options {
	o := authentication.Options{Log: quiet(), JWT: &authentication.JWT{
		Headers: []authentication.Header{{Name: "authorization", Prefix: "Bearer"}},
		Cookies: []authentication.Cookie{{Name: "strict"}, {Name: "access", Ignore: true}},
		Leeway:  leeway, MaxBytes: 4000, CachedTokens: 100,
	}}
	for _, i := range issuers {
		o.JWT.Issuers = append(o.JWT.Issuers, i.accepted())
	}
	return o
}

func open(t testing.TB, o authentication.Options) *authentication.Authenticator {
	t.Helper()
	a, err := authentication.New(o, nil)
	require.NoError(t, err)
	t.Cleanup(a.Close)
	return a
}

func denyOptions() denylist.Options {
	return denylist.Options{
		MaxEntries: 100, Leeway: leeway, Life: time.Hour, ValueField: "sid", EndField: "exp", Log: quiet(),
	}
}

// request returns a request with these headers. A name that begins with cookie: is that of a
// cookie.
func request(headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

// refusedWith requires that an error is a refusal with a status and a code, and returns it.
func refusedWith(t testing.TB, err error, status int, code string, what ...any) *refusal.Refusal {
	t.Helper()
	var refused *refusal.Refusal
	require.True(t, errors.As(err, &refused), append([]any{"not refused:", err}, what...)...)
	require.Equal(t, status, refused.Status, what...)
	require.Equal(t, code, refused.Errors[0].Extensions["code"], what...)
	switch status {
	case http.StatusUnauthorized, http.StatusBadRequest:
		require.NotEmpty(t, refused.Header.Get("WWW-Authenticate"), what...)
	case http.StatusServiceUnavailable:
		require.NotEmpty(t, refused.Header.Get("Retry-After"), what...)
	}
	return refused
}

func unauthenticated(t testing.TB, err error, what ...any) *refusal.Refusal {
	t.Helper()
	return refusedWith(t, err, http.StatusUnauthorized, "UNAUTHENTICATED", what...)
}
