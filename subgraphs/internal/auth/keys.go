package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
)

const (
	fetchTimeout = 2 * time.Second
	fetchLimit   = 64 << 10
	// retryPause is the least time between two fetches. A stranger who names
	// unknown keys cannot make us ask more often.
	retryPause = time.Second
	// firstPause is that least time while no key is known: services that start
	// together must not refuse a user's first token because user came up last.
	firstPause   = 50 * time.Millisecond
	refreshEvery = 5 * time.Minute
)

// StaticKeys are the keys of a JSON Web Key Set that does not change.
func StaticKeys(jwks json.RawMessage) (Keys, error) {
	parsed, err := parseKeys(jwks)
	if err != nil {
		return nil, err
	}
	return parsed, nil
}

// parseKeys refuses a set without keys: an answer of something that is no user
// service must not replace keys that work.
func parseKeys(jwks json.RawMessage) (staticKeys, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(jwks, &set); err != nil {
		return staticKeys{}, fmt.Errorf("parse keys: %w", err)
	}
	if len(set.Keys) == 0 {
		return staticKeys{}, errors.New("parse keys: the set is empty")
	}
	parsed, err := keyfunc.NewJWKSetJSON(jwks)
	if err != nil {
		return staticKeys{}, fmt.Errorf("parse keys: %w", err)
	}
	return staticKeys{parsed}, nil
}

type staticKeys struct{ parsed keyfunc.Keyfunc }

func (k staticKeys) Keyfunc(ctx context.Context) jwt.Keyfunc { return k.parsed.KeyfuncCtx(ctx) }

// RemoteKeys are the keys that the user service publishes. They are kept on
// disk, so a service starts and verifies tokens while user is down; and without
// that file it learns the keys as soon as user is up.
type RemoteKeys struct {
	url    string
	file   string
	log    *slog.Logger
	client *http.Client

	current atomic.Pointer[staticKeys] // nil: none known yet

	mu   sync.Mutex
	last *fetching // guarded by mu; nil before the first
}

// fetching is one fetch of the keys, for all who wait for it.
type fetching struct {
	done  chan struct{} // closed when it has ended; then the two below are set
	ended time.Time
	err   error
}

// holds tells that it goes on, or has ended less than pause ago.
func (f *fetching) holds(pause time.Duration) bool {
	select {
	case <-f.done:
		return time.Since(f.ended) < pause
	default:
		return true
	}
}

// NewRemoteKeys reads the keys that file has from an earlier run. It asks nobody:
// that is for Run, and for the first token that names a key it does not know.
func NewRemoteKeys(url, file string, log *slog.Logger) *RemoteKeys {
	k := &RemoteKeys{url: url, file: file, log: log, client: &http.Client{Timeout: fetchTimeout}}
	raw, err := os.ReadFile(file)
	if err == nil {
		err = k.use(raw)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		log.Warn("cached keys not usable", "file", file, "error", err)
	}
	return k
}

// Run fetches the keys until it has them, then now and again, until ctx ends;
// then it returns nil.
func (k *RemoteKeys) Run(ctx context.Context) error {
	waiting := false
	for ctx.Err() == nil {
		pause := refreshEvery
		if err := k.refresh(ctx); err != nil {
			pause = k.pause()
			if !waiting && ctx.Err() == nil {
				k.log.Warn("keys not fetched, will retry", "url", k.url, "error", err)
			}
		}
		waiting = pause != refreshEvery
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// Keyfunc finds the key that a token names. For one it does not know it asks
// the user service, which may have changed its keys.
func (k *RemoteKeys) Keyfunc(ctx context.Context) jwt.Keyfunc {
	return func(token *jwt.Token) (any, error) {
		key, err := k.find(ctx, token)
		if err == nil {
			return key, nil
		}
		if err := k.refresh(ctx); err != nil {
			return nil, err
		}
		return k.find(ctx, token)
	}
}

func (k *RemoteKeys) find(ctx context.Context, token *jwt.Token) (any, error) {
	known := k.current.Load()
	if known == nil {
		return nil, errors.New("no keys known yet")
	}
	return known.Keyfunc(ctx)(token)
}

// refresh fetches the keys. Who comes while others wait for a fetch, or just
// after, gets the outcome of that fetch. It belongs to none of them: a stranger
// who hangs up must not be the reason why it fails.
func (k *RemoteKeys) refresh(ctx context.Context) error {
	current := k.fetchOnce(ctx)
	select {
	case <-current.done:
		return current.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetchOnce is the fetch that goes on or has just ended, or else a new one.
func (k *RemoteKeys) fetchOnce(ctx context.Context) *fetching {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && k.last.holds(k.pause()) {
		return k.last
	}
	begun := &fetching{done: make(chan struct{})}
	k.last = begun
	go func() {
		begun.err = k.renew(context.WithoutCancel(ctx)) // until the client's timeout
		begun.ended = time.Now()
		close(begun.done)
	}()
	return begun
}

func (k *RemoteKeys) pause() time.Duration {
	if k.current.Load() == nil {
		return firstPause
	}
	return retryPause
}

func (k *RemoteKeys) renew(ctx context.Context) error {
	raw, err := k.fetch(ctx)
	if err != nil {
		return fmt.Errorf("fetch keys: %w", err)
	}
	if err := k.use(raw); err != nil {
		return err
	}
	if err := store(k.file, raw); err != nil {
		k.log.Warn("keys not cached", "file", k.file, "error", err)
	}
	return nil
}

func (k *RemoteKeys) fetch(ctx context.Context) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := k.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	return io.ReadAll(io.LimitReader(answer.Body, fetchLimit))
}

func (k *RemoteKeys) use(raw []byte) error {
	parsed, err := parseKeys(raw)
	if err != nil {
		return err
	}
	k.current.Store(&parsed)
	return nil
}

// store replaces the file as a whole: a reader never sees half of it.
func store(file string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), ".jwks-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(fresh.Name()) }() // gone already when renamed
	_, err = fresh.Write(raw)
	if err = errors.Join(err, fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), file)
}
