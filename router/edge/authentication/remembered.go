package authentication

import (
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
)

const (
	// bytesPerToken is how many bytes each of the configured entries of the cache may have on
	// average. An access token has 300 to 1,500 bytes.
	bytesPerToken = 2 << 10
	// sizeOfIdentity is what an entry takes beyond its token: the claims take about twice the
	// token's bytes, and maps and pointers about 1 KiB.
	sizeOfIdentity = 1 << 10
	// longestMemory bounds how long a token is remembered that expires later.
	longestMemory = 24 * time.Hour
)

// verified is a token that was verified.
type verified struct {
	identity   *Identity
	issuer     *issuer
	until      time.Time // the token's end with the leeway
	generation uint64    // of the issuer's keys
	deniable   bool      // the token has the claim of the deny list, as a text
	denied     denylist.Key
}

// remembered is the cache of verified tokens: the last used, bounded in entries and in bytes.
type remembered struct {
	mu       sync.Mutex
	tokens   *simplelru.LRU[string, *verified]
	bytes    int
	maxBytes int
}

func newRemembered(entries int) (*remembered, error) {
	r := &remembered{maxBytes: entries * (bytesPerToken + sizeOfIdentity)}
	tokens, err := simplelru.NewLRU(entries, func(token string, _ *verified) {
		r.bytes -= sizeOf(token)
	})
	r.tokens = tokens
	return r, err
}

func sizeOf(token string) int { return 3*len(token) + sizeOfIdentity }

func (r *remembered) get(token string) (*verified, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tokens.Get(token)
}

// add remembers a copy of the token, because the request's text holds all of its headers.
func (r *remembered) add(token string, v *verified) {
	size := sizeOf(token)
	r.mu.Lock()
	defer r.mu.Unlock()
	if size > r.maxBytes || r.tokens.Contains(token) {
		return
	}
	r.bytes += size
	r.tokens.Add(strings.Clone(token), v)
	for r.bytes > r.maxBytes {
		r.tokens.RemoveOldest()
	}
}

func (r *remembered) remove(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens.Remove(token)
}
