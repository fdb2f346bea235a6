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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const (
	fetchTimeout = 2 * time.Second
	fetchLimit   = 64 << 10
	// retryPause is the minimum time between two fetches. A client that sends tokens with unknown
	// keys cannot make us fetch more often.
	retryPause = time.Second
	// firstPause is this minimum while no key is known. When the services start together and user
	// starts last, the first token must not be refused for long.
	firstPause   = 50 * time.Millisecond
	refreshEvery = 5 * time.Minute
)

// StaticKeys returns the keys of a JSON Web Key Set that does not change.
func StaticKeys(jwks json.RawMessage) (Keys, error) {
	parsed, err := parseKeys(jwks)
	if err != nil {
		return nil, err
	}
	return parsed, nil
}

// parseKeys refuses an empty set, so that an answer from some other server does not replace
// working keys.
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

// RemoteKeys are the keys that the user service publishes. They are kept on disk, so a service
// can start and verify tokens while user is down. Without that file, it fetches the keys as soon
// as user is up.
type RemoteKeys struct {
	url    string
	file   string
	log    *slog.Logger
	client *http.Client

	current atomic.Pointer[staticKeys] // nil while no keys are known

	mu   sync.Mutex
	last *fetching // guarded by mu; nil before the first fetch
}

// fetching is one fetch of the keys, shared by all requests that wait for it.
type fetching struct {
	done  chan struct{} // closed at the end, when the fields below are set
	ended time.Time
	err   error
}

// holds reports whether the fetch is running or ended less than pause ago.
func (f *fetching) holds(pause time.Duration) bool {
	select {
	case <-f.done:
		return time.Since(f.ended) < pause
	default:
		return true
	}
}

// NewRemoteKeys returns the keys stored in file by an earlier run. It fetches nothing: Run does,
// and so does the first token with an unknown key.
func NewRemoteKeys(url, file string, log *slog.Logger) *RemoteKeys {
	k := &RemoteKeys{url: url, file: file, log: log, client: &http.Client{Timeout: fetchTimeout}}
	raw, err := os.ReadFile(file)
	if err == nil {
		err = k.use(raw)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		log.Warn("cannot use the cached keys", "file", file, "error", err)
	}
	return k
}

// Run fetches the keys, and again every 5 minutes, until ctx ends; then it returns nil. After a
// failure it retries sooner.
func (k *RemoteKeys) Run(ctx context.Context) error {
	loop := repeat.Loop{
		Pause: refreshEvery,
		Retry: func(int) time.Duration { return k.pause() },
		Failed: func(err error, repeated bool) {
			if !repeated {
				k.log.Warn("cannot fetch keys, will retry", "url", k.url, "error", err)
			}
		},
	}
	return loop.Run(ctx, k.refresh)
}

// Keyfunc returns a function that finds the key of a token. If it does not know the key it
// fetches the keys from the user service, which may have changed them.
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

// refresh fetches the keys. Callers that arrive during a fetch, or shortly after it, share its
// result. The fetch has a context of its own, so it does not fail when one caller's client
// disconnects.
func (k *RemoteKeys) refresh(ctx context.Context) error {
	current := k.fetchOnce(ctx)
	select {
	case <-current.done:
		return current.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fetchOnce returns the fetch that is running or has just ended, or else starts a new one.
func (k *RemoteKeys) fetchOnce(ctx context.Context) *fetching {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && k.last.holds(k.pause()) {
		return k.last
	}
	begun := &fetching{done: make(chan struct{})}
	k.last = begun
	go func() {
		begun.err = k.renew(context.WithoutCancel(ctx)) // ends at the client's timeout
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
		k.log.Warn("cannot cache keys", "file", k.file, "error", err)
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

// store replaces the whole file at once, so a reader never sees half of it.
func store(file string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), ".jwks-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(fresh.Name()) }() // fails after the rename, which is fine
	_, err = fresh.Write(raw)
	if err = errors.Join(err, fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), file)
}
