package token

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const (
	// keyAge is how long a key signs.
	keyAge = 30 * 24 * time.Hour
	// notice is how long a key is published before it signs: longer than the interval at which
	// other services fetch the keys.
	notice = 15 * time.Minute
	// lookEvery is how often the keys are read again, because another process may have changed
	// them.
	lookEvery = time.Minute
)

// State is the use of a key at a time.
type State string

// The states, in the order in which a key passes through them. Tokens signed in any of them are
// valid.
const (
	Next    State = "next"    // published, but does not sign yet
	Active  State = "active"  // signs
	Retired State = "retired" // signed tokens that may still be valid
)

// Change says which keys to add and drop.
type Change struct {
	Add  *Key
	Drop []string // by id
}

// KeyStore stores the signing keys.
type KeyStore interface {
	// ChangeKeys calls change with the keys, in the order in which they sign, applies its result,
	// and returns the keys that remain. All of it is one transaction.
	ChangeKeys(ctx context.Context, change func([]Key) Change) ([]Key, error)
}

// keep returns the changes that are due: it adds the first key, adds a successor to a key that is
// too old, and drops keys whose tokens have all expired.
func keep(keys []Key, now time.Time) Change {
	change := Change{Drop: over(keys, now)}
	switch last := len(keys) - 1; {
	case last < 0:
		change.Add = fresh(now, now)
	case now.Sub(keys[last].SignsFrom) >= keyAge:
		change.Add = fresh(now, now.Add(notice))
	}
	return change
}

// rotate adds a successor to the signing key, unless it has one.
func rotate(keys []Key, now time.Time) Change {
	change := keep(keys, now)
	if change.Add == nil && !keys[len(keys)-1].SignsFrom.After(now) {
		change.Add = fresh(now, now.Add(notice))
	}
	return change
}

// over returns the ids of keys whose tokens have all expired: their successor has signed for long
// enough.
func over(keys []Key, now time.Time) []string {
	var ids []string
	for i := range keys[:max(len(keys)-1, 0)] {
		if now.Sub(keys[i+1].SignsFrom) > auth.TokenLife+2*auth.Leeway {
			ids = append(ids, keys[i].ID)
		}
	}
	return ids
}

func fresh(now, signsFrom time.Time) *Key {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails
	return &Key{ID: ids.New("key"), Seed: seed, CreatedAt: now, SignsFrom: signsFrom}
}

// active returns the index of the key that signs at a time.
func active(keys []Key, at time.Time) int {
	for i, key := range slices.Backward(keys) {
		if !key.SignsFrom.After(at) {
			return i
		}
	}
	return 0 // the clock went back: use the first key early rather than none
}

// StateOf returns the state of the i-th key.
func StateOf(keys []Key, i int, now time.Time) State {
	switch signs := active(keys, now); {
	case i < signs:
		return Retired
	case i > signs:
		return Next
	}
	return Active
}

// Rotate adds a successor to the signing key, which starts to sign after the time notice, and
// returns all keys. A running service reads the new key within lookEvery.
func Rotate(ctx context.Context, store KeyStore, now time.Time) ([]Key, error) {
	keys, err := store.ChangeKeys(ctx, func(keys []Key) Change { return rotate(keys, now) })
	if err != nil {
		return nil, fmt.Errorf("rotate keys: %w", err)
	}
	return keys, nil
}

// List returns all keys, in the order in which they sign.
func List(ctx context.Context, store KeyStore) ([]Key, error) {
	return store.ChangeKeys(ctx, func([]Key) Change { return Change{} })
}

// Renew makes the changes that are due, and reads the keys again.
func (k *Keyring) Renew(ctx context.Context) error {
	keys, err := k.store.ChangeKeys(ctx, func(keys []Key) Change { return keep(keys, k.now()) })
	if err != nil {
		return fmt.Errorf("signing keys: %w", err)
	}
	for _, key := range keys {
		if len(key.Seed) != ed25519.SeedSize {
			return fmt.Errorf("signing key %s: seed of %d bytes", key.ID, len(key.Seed))
		}
	}
	k.keys.Store(&keys)
	return nil
}

// Run renews the keys every lookEvery until ctx ends. It then returns nil.
func (k *Keyring) Run(ctx context.Context, log *slog.Logger) error {
	loop := repeat.Loop{Pause: lookEvery, PauseFirst: true, Failed: func(err error, _ bool) {
		log.Warn("signing keys not renewed, will retry", "error", err)
	}}
	return loop.Run(ctx, func(ctx context.Context) error {
		before := len(*k.keys.Load())
		if err := k.Renew(ctx); err != nil {
			return err
		}
		if after := len(*k.keys.Load()); after != before {
			log.Info("signing keys changed", "before", before, "after", after)
		}
		return nil
	})
}
