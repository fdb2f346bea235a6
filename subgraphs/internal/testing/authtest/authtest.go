// Package authtest stands in for the user service in the tests of other services: it signs tokens
// and serves the public key.
package authtest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// Issuer signs tokens with its own key.
type Issuer struct {
	Private ed25519.PrivateKey
	KeyID   string
	// URL serves the JWKS.
	URL string
}

// New creates a key pair and serves the public key until the test ends.
func New(t testing.TB) *Issuer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatalf("make key: %v", err)
	}
	issuer := &Issuer{Private: private, KeyID: ids.New("key")}
	server := httptest.NewServer(issuer)
	t.Cleanup(server.Close)
	issuer.URL = server.URL
	return issuer
}

// JWKS returns the public key as a JSON Web Key Set.
func (i *Issuer) JWKS() json.RawMessage {
	public, _ := i.Private.Public().(ed25519.PublicKey)
	raw, _ := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": i.KeyID,
		"x": base64.RawURLEncoding.EncodeToString(public),
	}}})
	return raw
}

// ServeHTTP answers every request with the JWKS.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(i.JWKS())
}

// Verifier returns a verifier of the issuer's tokens. revoked may be nil.
func (i *Issuer) Verifier(t testing.TB, revoked auth.Revocations) *auth.Verifier {
	t.Helper()
	keys, err := auth.StaticKeys(i.JWKS())
	if err != nil {
		t.Fatalf("keys: %v", err)
	}
	if revoked == nil {
		revoked = auth.NewDenyList()
	}
	return auth.NewVerifier(keys, revoked)
}

// Token returns a valid token for a user, in a new session.
func (i *Issuer) Token(t testing.TB, userID string) string {
	t.Helper()
	return i.Sign(t, i.Claims(userID))
}

// Claims returns valid claims for a user in a new session. A test can change them.
func (i *Issuer) Claims(userID string) auth.Claims {
	now := time.Now()
	return auth.Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: auth.Issuer, Audience: jwt.ClaimStrings{auth.Audience}, Subject: userID,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(auth.TokenLife)),
		},
		SessionID: ids.New("ses"),
		Roles:     []auth.Role{auth.Customer},
	}
}

// Sign returns a token with these claims.
func (i *Issuer) Sign(t testing.TB, claims auth.Claims) string {
	t.Helper()
	return i.SignWith(t, claims, nil)
}

// SignWith returns a token with these claims and with changes to the usual header. A nil value
// removes a parameter.
func (i *Issuer) SignWith(t testing.TB, claims auth.Claims, header map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["kid"] = i.KeyID
	for name, value := range header {
		token.Header[name] = value
		if value == nil {
			delete(token.Header, name)
		}
	}
	signed, err := token.SignedString(i.Private)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	return signed
}
