// Package token signs access tokens, and publishes the keys that verify them.
//
//	KeyStore ──Open──▶ Keyring ──Sign──▶ access token
//	    ▲                 └──JWKS──▶ /.well-known/jwks.json
//	    └────Renew────────┘
//
// The first start makes the first key. Keys are stored in the database, so that tokens survive a
// restart; the private halves are never published. An old signing key gets a successor, and the
// state of each key depends only on the time:
//
//	          made      signs                   the next one signs    dropped
//	first key  ├─────────┤├──────── active ──────┤├──── retired ───────┤
//	next key                         ├── next ───┤├──────── active …
//
// All keys are published all the time. So other services know a key before they see its first
// token and until its last token expires, and a rotation logs nobody out.
package token

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// Key is a key that signs tokens.
type Key struct {
	ID        string
	Seed      []byte // seed of the Ed25519 private key
	CreatedAt time.Time
	SignsFrom time.Time // until the next key signs
}

func (k Key) private() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(k.Seed) }

func (k Key) public() ed25519.PublicKey {
	return ed25519.PublicKey(k.private()[ed25519.SeedSize:])
}

// Keyring signs with the active key.
type Keyring struct {
	store KeyStore
	now   func() time.Time
	keys  atomic.Pointer[[]Key] // in the order in which they sign; never empty
}

// Open returns a keyring with the stored keys. If there are none, it makes the first key.
func Open(ctx context.Context, store KeyStore, now func() time.Time) (*Keyring, error) {
	k := &Keyring{store: store, now: now}
	return k, k.Renew(ctx)
}

// Sign returns an access token for a session.
func (k *Keyring) Sign(
	u account.User, s account.Session, issued, expires time.Time,
) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, auth.Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    auth.Issuer,
			Audience:  jwt.ClaimStrings{auth.Audience},
			Subject:   s.UserID,
			ID:        ids.New("tok"),
			IssuedAt:  jwt.NewNumericDate(issued),
			ExpiresAt: jwt.NewNumericDate(expires),
		},
		SessionID: s.ID,
		Roles:     []auth.Role{u.Role},
	})
	keys := *k.keys.Load()
	key := keys[active(keys, issued)]
	token.Header["typ"], token.Header["kid"] = auth.TokenType, key.ID
	signed, err := token.SignedString(key.private())
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// Keyfunc returns the key that a token names. The service uses it to verify tokens without JWKS.
func (k *Keyring) Keyfunc(context.Context) jwt.Keyfunc {
	return func(token *jwt.Token) (any, error) {
		for _, key := range *k.keys.Load() {
			if key.ID == token.Header["kid"] {
				return key.public(), nil
			}
		}
		return nil, errors.New("no such key")
	}
}

// JWKS returns the public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
func (k *Keyring) JWKS() json.RawMessage {
	set := []map[string]string{}
	for _, key := range *k.keys.Load() {
		set = append(set, map[string]string{
			"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": jwt.SigningMethodEdDSA.Alg(),
			"kid": key.ID, "x": base64.RawURLEncoding.EncodeToString(key.public()),
		})
	}
	raw, _ := json.Marshal(map[string]any{"keys": set}) // strings always marshal
	return raw
}

// ServeHTTP serves the JWKS.
func (k *Keyring) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(k.JWKS())
}
