package authentication

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
)

const (
	// maxAPIKeyBytes is the size of the longest API key.
	maxAPIKeyBytes = 512
	// maxAPIKeys bounds the number of configured keys.
	maxAPIKeys = 10_000
)

// apiKeys lists API keys by the first 8 bytes of their SHA-256 hashes. find compares the complete
// hashes in constant time. A client cannot choose the hash of the key that it sends, so the time
// of the look-up reveals nothing about the configured keys.
type apiKeys map[[8]byte][]apiKey

type apiKey struct {
	hash     [sha256.Size]byte
	identity *Identity
}

func newAPIKeys(configured []APIKey) (apiKeys, error) {
	if len(configured) > maxAPIKeys {
		return nil, fmt.Errorf("there are %d API keys; the limit is %d", len(configured), maxAPIKeys)
	}
	keys := apiKeys{}
	for _, k := range configured {
		part := [8]byte(k.SHA256[:8])
		keys[part] = append(keys[part], apiKey{
			hash:     k.SHA256,
			identity: newIdentity(SchemeAPIKey, k.Name, "", k.Scopes, k.Claims),
		})
	}
	return keys, nil
}

func (keys apiKeys) find(key string) (*Identity, bool) {
	if len(key) > maxAPIKeyBytes {
		return nil, false
	}
	hash := sha256.Sum256([]byte(key))
	for _, k := range keys[[8]byte(hash[:8])] {
		if subtle.ConstantTimeCompare(hash[:], k.hash[:]) == 1 {
			return k.identity, true
		}
	}
	return nil, false
}
