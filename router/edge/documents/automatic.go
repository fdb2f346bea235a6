package documents

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
)

// automatic keeps the documents of clients that use APQ.
type automatic struct {
	memory *memory
	shared *redisclient.Client // nil without Redis
	prefix string
	ttl    time.Duration
}

// hash returns the SHA-256 hash of a text in hexadecimal digits.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// find returns the document with a hash, or nil if there is none, or if Redis does not answer. It
// compares a text from Redis with the hash, because other programs may write to that server.
func (a *automatic) find(ctx context.Context, id string) *Document {
	if found := a.memory.get(id); found != nil || a.shared == nil || len(id) != 2*sha256.Size {
		return found
	}
	var text string
	err := a.shared.Do(ctx, func(ctx context.Context, r *redis.Client) (err error) {
		text, err = r.GetRange(ctx, a.prefix+id, 0, largestKept).Result()
		return err
	})
	if err != nil || len(text) > largestKept || hash(text) != id {
		return nil
	}
	// The id may be a part of a URL or a body, which must not stay in memory with it.
	return a.memory.add(&Document{ID: strings.Clone(id), Text: text})
}

// keep stores a document in memory and in Redis. The caller has checked its hash.
func (a *automatic) keep(ctx context.Context, d *Document) {
	if len(d.Text) > largestKept {
		return
	}
	d = a.memory.add(d.clone())
	if a.shared == nil {
		return
	}
	// Other clients need the document even if the client that sent it has left.
	_ = a.shared.Do(context.WithoutCancel(ctx), func(ctx context.Context, r *redis.Client) error {
		return r.Set(ctx, a.prefix+d.ID, d.Text, a.ttl).Err()
	})
}
