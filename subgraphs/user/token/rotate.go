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
)

const (
	// keyAge is for how long a key signs.
	keyAge = 30 * 24 * time.Hour
	// notice is how long a key is published before it signs: longer than other services take to fetch the keys anew.
	notice = 15 * time.Minute
	// lookEvery is how often the keys are read anew: another process may have changed them.
	lookEvery = time.Minute
)

// State is what a key is good for at a time.
type State string

// The states, in the order in which a key has them. Tokens hold in all three.
const (
	Next    State = "next"    // published, and will sign
	Active  State = "active"  // signs
	Retired State = "retired" // signed tokens that may still hold
)

// Change is what becomes of the keys that are kept.
type Change struct {
	Add  *Key
	Drop []string // by id
}

// KeyStore keeps the signing keys.
type KeyStore interface {
	// ChangeKeys hands the keys, in the order in which they sign, to change, does what it says, and returns what is
	// kept then, in one transaction.
	ChangeKeys(ctx context.Context, change func([]Key) Change) ([]Key, error)
}

// keep is what time does to the keys: the first is made, one that is too old gets a successor, and those whose tokens
// are all over go.
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

// rotate gives the key that signs a successor, unless it has one.
func rotate(keys []Key, now time.Time) Change {
	change := keep(keys, now)
	if change.Add == nil && !keys[len(keys)-1].SignsFrom.After(now) {
		change.Add = fresh(now, now.Add(notice))
	}
	return change
}

// over are the keys whose successor has signed for so long that no token of theirs holds.
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

// active is the index of the key that signs at a time.
func active(keys []Key, at time.Time) int {
	for i, key := range slices.Backward(keys) {
		if !key.SignsFrom.After(at) {
			return i
		}
	}
	return 0 // the clock went back behind the first: better an early key than none
}

// StateOf tells what the i-th of the keys is good for.
func StateOf(keys []Key, i int, now time.Time) State {
	switch signs := active(keys, now); {
	case i < signs:
		return Retired
	case i > signs:
		return Next
	}
	return Active
}

// Rotate gives the key that signs a successor, which will take over after a while, and returns all keys. A service
// that runs takes part in it without being told.
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

// Renew does what is due for the keys at a time, and reads them anew.
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

// Run renews the keys now and again, until ctx ends; then it returns nil.
func (k *Keyring) Run(ctx context.Context, log *slog.Logger) error {
	timer := time.NewTicker(lookEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		before := len(*k.keys.Load())
		if err := k.Renew(ctx); err != nil && ctx.Err() == nil {
			log.Warn("signing keys not renewed, will retry", "error", err)
		}
		if after := len(*k.keys.Load()); after != before {
			log.Info("signing keys changed", "before", before, "after", after)
		}
	}
}
