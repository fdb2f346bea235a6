// Package token signs access tokens, and publishes the keys to verify them with.
//
//	KeyStore ──Open──▶ Keyring ──Sign──▶ access token
//	    ▲                 └──JWKS──▶ /.well-known/jwks.json
//	    └────Renew────────┘
//
// The first key is made on first start. Keys are kept in the database, so that
// tokens outlive a restart; the private halves leave it for nowhere. When the
// key that signs is old it gets a successor, and what each key is good for
// follows from the clock alone:
//
//	          made      signs                   the next one signs    dropped
//	first key  ├─────────┤├──────── active ──────┤├──── retired ───────┤
//	next key                         ├── next ───┤├──────── active …
//
// All of them are published all the time. So the others know a key before they
// see its first token, and until its last one is over; nobody is logged out.
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
	Seed      []byte // of the Ed25519 private key
	CreatedAt time.Time
	SignsFrom time.Time // until the next key does
}

func (k Key) private() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(k.Seed) }

func (k Key) public() ed25519.PublicKey { return ed25519.PublicKey(k.private()[ed25519.SeedSize:]) }

// Keyring signs with the key whose time it is.
type Keyring struct {
	store KeyStore
	now   func() time.Time
	keys  atomic.Pointer[[]Key] // in the order in which they sign; never empty
}

// Open returns the keyring with the stored keys, the first of them made now if there is none.
func Open(ctx context.Context, store KeyStore, now func() time.Time) (*Keyring, error) {
	k := &Keyring{store: store, now: now}
	return k, k.Renew(ctx)
}

// Sign returns an access token for a session.
func (k *Keyring) Sign(u account.User, s account.Session, issued, expires time.Time) (string, error) {
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

// Keyfunc finds the key that a token names: for the service itself, which needs no JWKS.
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

// JWKS are the public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
func (k *Keyring) JWKS() json.RawMessage {
	set := []map[string]string{}
	for _, key := range *k.keys.Load() {
		set = append(set, map[string]string{
			"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": jwt.SigningMethodEdDSA.Alg(), "kid": key.ID,
			"x": base64.RawURLEncoding.EncodeToString(key.public()),
		})
	}
	raw, _ := json.Marshal(map[string]any{"keys": set}) // strings always marshal
	return raw
}

// ServeHTTP answers with the JWKS.
func (k *Keyring) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(k.JWKS())
}
