package jwks

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/MicahParks/jwkset"
)

const (
	// maxKeys bounds the keys of one set.
	maxKeys = 100
	// minRSABits is the size of the smallest RSA key that is used: RFC 7518, section 3.3.
	minRSABits = 2048
)

// key is a public key that verifies signatures.
type key struct {
	id     string
	alg    string // the only algorithm that the key is for; empty means any that fits its type
	public crypto.PublicKey
}

// keys are the usable keys of one set.
type keys struct {
	all []key
	// skipped says why other keys of the set are not used.
	skipped []error
}

// parse reads a key set. It skips single keys that cannot verify signatures, because issuers
// publish keys for encryption and of new types in the same set. It refuses a set without a usable
// key, so that the answer of some other server does not replace working keys.
func parse(text []byte) (*keys, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, fmt.Errorf("not a JSON Web Key Set: %w", err)
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("the key set has %d keys; the limit is %d", len(set.Keys), maxKeys)
	}
	parsed := &keys{}
	for i, raw := range set.Keys {
		one, err := parseKey(raw)
		if err != nil {
			parsed.skipped = append(parsed.skipped, fmt.Errorf("keys[%d]: %w", i, err))
			continue
		}
		parsed.all = append(parsed.all, one)
	}
	if len(parsed.all) == 0 {
		return nil, errors.Join(append([]error{errors.New("the key set has no usable key")},
			parsed.skipped...)...)
	}
	return parsed, nil
}

// parseKey refuses secrets (kty oct): whoever reads the set could sign with them.
func parseKey(raw json.RawMessage) (key, error) {
	var marshal jwkset.JWKMarshal
	if err := json.Unmarshal(raw, &marshal); err != nil {
		return key{}, err
	}
	if marshal.USE != "" && marshal.USE != jwkset.UseSig {
		return key{}, fmt.Errorf("use is %q, not sig", marshal.USE)
	}
	parsed, err := jwkset.NewJWKFromMarshal(marshal, jwkset.JWKMarshalOptions{},
		jwkset.JWKValidateOptions{})
	if err != nil {
		return key{}, err
	}
	public := parsed.Key()
	if private, ok := public.(interface{ Public() crypto.PublicKey }); ok {
		public = private.Public()
	}
	switch k := public.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey:
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSABits {
			return key{}, fmt.Errorf("the RSA key has %d bits; it needs %d", bits, minRSABits)
		}
	default:
		return key{}, fmt.Errorf("kty %q does not verify signatures", marshal.KTY)
	}
	return key{id: marshal.KID, alg: marshal.ALG.String(), public: public}, nil
}

// find returns the key with that id for an algorithm. A token without an id gets the only key that
// fits the algorithm, if there is only one.
func (k *keys) find(id, alg string) (crypto.PublicKey, bool) {
	var found crypto.PublicKey
	for _, candidate := range k.all {
		if (id != "" && candidate.id != id) || !candidate.fits(alg) {
			continue
		}
		if id != "" {
			return candidate.public, true
		}
		if found != nil {
			return nil, false
		}
		found = candidate.public
	}
	return found, found != nil
}

// fits reports whether the key is for the algorithm. An algorithm that does not belong to the
// key's type never fits, whatever the token says.
func (k key) fits(alg string) bool {
	if k.alg != "" && k.alg != alg {
		return false
	}
	switch public := k.public.(type) {
	case ed25519.PublicKey:
		return alg == "EdDSA"
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		curve := map[string]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg]
		return public.Curve.Params().Name == curve
	}
	return false
}
