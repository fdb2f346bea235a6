// Package token signs access tokens, and publishes the key to verify them with.
//
//	KeyStore ──Open──▶ Keyring ──Sign──▶ access token
//	                      └──JWKS──▶ /.well-known/jwks.json
//
// The key is made on first start and kept in the database, so that tokens
// outlive a restart. The private half leaves it for nowhere.
package token

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
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
}

// KeyStore keeps the signing key.
type KeyStore interface {
	// SigningKey returns the key that is kept; when there is none it keeps fresh.
	SigningKey(ctx context.Context, fresh Key) (Key, error)
}

// Keyring signs with a key.
type Keyring struct {
	id      string
	private ed25519.PrivateKey
}

// Open returns the keyring with the stored key, made now if there is none.
func Open(ctx context.Context, keys KeyStore) (*Keyring, error) {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails
	key, err := keys.SigningKey(ctx, Key{ID: ids.New("key"), Seed: seed, CreatedAt: time.Now()})
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if len(key.Seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("signing key %s: seed of %d bytes", key.ID, len(key.Seed))
	}
	return &Keyring{id: key.ID, private: ed25519.NewKeyFromSeed(key.Seed)}, nil
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
	token.Header["kid"] = k.id
	signed, err := token.SignedString(k.private)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// JWKS is the public key as a JSON Web Key Set (RFC 7517, RFC 8037).
func (k *Keyring) JWKS() json.RawMessage {
	public := k.private[ed25519.SeedSize:]
	raw, _ := json.Marshal(map[string]any{"keys": []map[string]string{{ // strings always marshal
		"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": jwt.SigningMethodEdDSA.Alg(), "kid": k.id,
		"x": base64.RawURLEncoding.EncodeToString(public),
	}}})
	return raw
}

// ServeHTTP answers with the JWKS.
func (k *Keyring) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(k.JWKS())
}
