package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

const (
	appID     = "app-id"
	appSecret = "app secret/+" // must be escaped when it is sent
)

// internet is one server on loopback that stands in for the hosts of all built-in providers. Its
// answers have the shapes that the providers document.
type internet struct {
	t      *testing.T
	mux    *http.ServeMux
	server *url.URL
	key    *rsa.PrivateKey

	mu    sync.Mutex
	begun url.Values // the browser's parameters
	asked []string   // the shop's requests, in order
}

func newInternet(t *testing.T) *internet {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	n := &internet{t: t, mux: http.NewServeMux(), key: key}
	server := httptest.NewServer(n.mux)
	t.Cleanup(server.Close)
	n.server, err = url.Parse(server.URL)
	require.NoError(t, err)
	return n
}

// RoundTrip sends a request for any host to the server.
func (n *internet) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.asked = append(n.asked, r.Method+" "+r.URL.Host+r.URL.Path)
	n.mu.Unlock()
	there := r.Clone(r.Context())
	there.Host, there.URL.Scheme, there.URL.Host = r.URL.Host, "http", n.server.Host
	return http.DefaultTransport.RoundTrip(there)
}

// requests returns what the shop requested since the last call.
func (n *internet) requests() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	asked := n.asked
	n.asked = nil
	return asked
}

// page serves a provider's log-in page. The person is already logged in there and is redirected
// back at once.
func (n *internet) page(pattern string) {
	n.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		n.begun = r.URL.Query()
		n.mu.Unlock()
		back := url.Values{"state": {n.begun.Get("state")}, "code": {"the-code"}}
		http.Redirect(w, r, n.begun.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	})
}

// tokens serves a provider's token endpoint, which exchanges a valid code for a token. basic is
// for providers that expect the secret in the header, pkce for those that check the verifier.
func (n *internet) tokens(pattern string, basic, pkce bool, answer func(w http.ResponseWriter)) {
	n.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		id, secret, inHeader := r.BasicAuth()
		if inHeader {
			id, _ = url.QueryUnescape(id)
			secret, _ = url.QueryUnescape(secret)
		} else {
			id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
		}
		challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		proved := base64.RawURLEncoding.EncodeToString(challenge[:]) == n.begun.Get("code_challenge")
		if id != appID || secret != appSecret || inHeader != basic || r.PostFormValue("code") != "the-code" ||
			r.PostFormValue("grant_type") != "authorization_code" || pkce && !proved ||
			r.PostFormValue("redirect_uri") != n.begun.Get("redirect_uri") {
			say(w, http.StatusUnauthorized, `{"error":"invalid_request"}`)
			return
		}
		answer(w)
	})
}

// api serves an address that answers requests with the token, if the log-in asked for the scope.
func (n *internet) api(pattern, scope string, answer *string) {
	n.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer the-token" || !strings.Contains(" "+n.begun.Get("scope")+" ", " "+scope+" ") {
			say(w, http.StatusForbidden, `{"message":"no"}`)
			return
		}
		say(w, http.StatusOK, *answer)
	})
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// idToken signs claims as a provider would.
func (n *internet) idToken(issuer string, claims jwt.MapClaims) string {
	n.t.Helper()
	claims["iss"], claims["aud"] = issuer, appID
	claims["iat"], claims["exp"] = time.Now().Unix(), time.Now().Add(time.Hour).Unix()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"] = "key"
	signed, err := token.SignedString(n.key)
	require.NoError(n.t, err)
	return signed
}

// discovery serves an OpenID provider's discovery document and its key.
func (n *internet) discovery(issuer, document, keys string) {
	n.mux.HandleFunc("GET "+strings.TrimPrefix(issuer, "https://")+"/.well-known/openid-configuration",
		func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, document) })
	set, err := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "key",
		"n": base64.RawURLEncoding.EncodeToString(n.key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(n.key.E)).Bytes()),
	}}})
	require.NoError(n.t, err)
	n.mux.HandleFunc("GET "+keys, func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, string(set)) })
}
