package jwks

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxBytes is the size of the largest key set.
	maxBytes = 1 << 20
	// retryPause is the time between two fetches while no key is known.
	retryPause = 250 * time.Millisecond
	// failedPause is the time until the next fetch in the background after one that failed.
	failedPause = 5 * time.Second
	// MaxWaiting is how many requests may wait for one fetch. Further ones fail at once.
	MaxWaiting = 256
)

// ErrUnknown says that the set has no key for a token, and so the token is not valid.
var ErrUnknown = errors.New("jwks: the issuer has no such key")

// ErrUnavailable says that a token cannot be judged at the moment: the set may have its key, but
// cannot be fetched. A later attempt may succeed.
var ErrUnavailable = errors.New("jwks: the issuer's keys cannot be fetched at the moment")

// Options say where the keys of an issuer are. Either URL or File is set.
type Options struct {
	// URL is the address of the set.
	URL string
	// File is the path of the set.
	File string
	// Copy is the path of a file that keeps the set of the URL, so that a router that starts while
	// the issuer is down can verify tokens. Empty means no copy.
	Copy string
	// RefreshEvery is the time between two fetches in the background.
	RefreshEvery time.Duration
	// UnknownPause is the least time between two fetches for tokens with an unknown kid.
	UnknownPause time.Duration
	// Timeout is how long one fetch may take.
	Timeout time.Duration
	Log     *slog.Logger
}

// Set holds the keys of one issuer.
type Set struct {
	options Options
	client  *http.Client

	current    atomic.Pointer[keys] // nil while no keys are known
	generation atomic.Uint64
	waiting    atomic.Int64

	mu      sync.Mutex
	text    []byte    // guarded by mu: the set in use
	running *fetching // guarded by mu; nil if no fetch runs
	last    error     // guarded by mu: the result of the fetch that ended last
	asked   time.Time // guarded by mu: the start of the last fetch for an unknown kid
}

// fetching is one fetch. All requests that wait for it share its result.
type fetching struct {
	done chan struct{} // closed at the end
	err  error         // set before done is closed
}

// New returns a set. It reads the file, which has to be there, or the copy, and fetches nothing:
// Run does. If previous is a set with the same URL, New begins with its keys.
func New(o Options, previous *Set) (*Set, error) {
	s := &Set{options: o, client: &http.Client{Timeout: o.Timeout}}
	if o.File != "" {
		return s, s.readFile()
	}
	if previous != nil && previous.options.URL == o.URL {
		previous.mu.Lock()
		text := previous.text
		previous.mu.Unlock()
		if text != nil {
			return s, s.use(text)
		}
	}
	if o.Copy == "" {
		return s, nil
	}
	text, err := readBounded(o.Copy)
	if err == nil {
		err = s.use(text)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		o.Log.Warn("cannot use the copy of the keys", "file", o.Copy, "error", err)
	}
	return s, nil
}

// URL returns the address of the set; it is empty for a set in a file.
func (s *Set) URL() string { return s.options.URL }

// Generation returns a number that changes with the keys. What was verified under another
// generation has to be verified again, because its key may be revoked.
func (s *Set) Generation() uint64 { return s.generation.Load() }

// Run refreshes the keys until ctx ends.
func (s *Set) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		err := s.refresh(ctx)
		if err != nil && !failing && ctx.Err() == nil { // logged once, not every time
			s.options.Log.Warn("cannot refresh the keys of tokens; will retry",
				"url", s.options.URL, "file", s.options.File, "error", err)
		}
		failing = err != nil
		timer.Reset(s.nextPause(failing))
	}
}

func (s *Set) nextPause(failing bool) time.Duration {
	switch {
	case !failing:
		return s.options.RefreshEvery
	case s.current.Load() == nil:
		return retryPause
	default:
		return min(failedPause, s.options.RefreshEvery)
	}
}

func (s *Set) refresh(ctx context.Context) error {
	if s.options.File != "" {
		return s.readFile()
	}
	s.mu.Lock()
	f := s.fetchShared(ctx)
	s.mu.Unlock()
	return wait(ctx, f)
}

// Find returns the key for a token's header. If the set has none, Find fetches the set, because
// the issuer may have a new key. The error is ErrUnknown, ErrUnavailable or that of ctx.
func (s *Set) Find(ctx context.Context, id, alg string) (crypto.PublicKey, error) {
	known := s.current.Load()
	if known != nil {
		if public, ok := known.find(id, alg); ok {
			return public, nil
		}
	}
	if s.options.URL == "" {
		return nil, ErrUnknown
	}
	if err := s.fetchUnknown(ctx); err != nil {
		return nil, err
	}
	if known = s.current.Load(); known != nil {
		if public, ok := known.find(id, alg); ok {
			return public, nil
		}
	}
	return nil, ErrUnknown
}

// fetchUnknown fetches the set because of an unknown kid, or waits for the fetch that runs. It
// does not fetch again within UnknownPause, so a client with invented ids cannot make the router
// fetch more often.
func (s *Set) fetchUnknown(ctx context.Context) error {
	pause := s.options.UnknownPause
	if s.current.Load() == nil {
		pause = retryPause
	}
	s.mu.Lock()
	f := s.running
	if f == nil {
		if !s.asked.IsZero() && time.Since(s.asked) < pause {
			failed := s.last != nil
			s.mu.Unlock()
			if failed {
				return ErrUnavailable
			}
			return nil
		}
		s.asked = time.Now()
		f = s.fetchShared(ctx)
	}
	s.mu.Unlock()
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > MaxWaiting {
		return ErrUnavailable
	}
	if err := wait(ctx, f); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return ErrUnavailable
	}
	return nil
}

// fetchShared returns the fetch that runs, or starts one. The caller holds mu. The fetch does not
// end with the request that started it, because others may wait for it.
func (s *Set) fetchShared(ctx context.Context) *fetching {
	if s.running != nil {
		return s.running
	}
	f := &fetching{done: make(chan struct{})}
	s.running = f
	ctx = context.WithoutCancel(ctx)
	go func() {
		f.err = s.fetch(ctx) // ends at the client's timeout
		s.mu.Lock()
		s.running, s.last = nil, f.err
		s.mu.Unlock()
		close(f.done)
	}()
	return f
}

func wait(ctx context.Context, f *fetching) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Set) fetch(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.options.URL, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	text, err := readAll(answer.Body)
	if err != nil {
		return err
	}
	if err := s.use(text); err != nil {
		return err
	}
	if s.options.Copy != "" {
		if err := store(s.options.Copy, text); err != nil {
			s.options.Log.Warn("cannot keep a copy of the keys",
				"file", s.options.Copy, "error", err)
		}
	}
	return nil
}

func (s *Set) readFile() error {
	text, err := readBounded(s.options.File)
	if err == nil {
		err = s.use(text)
	}
	if err != nil {
		return fmt.Errorf("keys in %s: %w", s.options.File, err)
	}
	return nil
}

// use replaces the keys, unless the set is the one in use.
func (s *Set) use(text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text != nil && bytes.Equal(s.text, text) {
		return nil
	}
	parsed, err := parse(text)
	if err != nil {
		return err
	}
	for _, skipped := range parsed.skipped {
		s.options.Log.Warn("a key is not used",
			"url", s.options.URL, "file", s.options.File, "reason", skipped)
	}
	s.text = text
	s.current.Store(parsed)
	s.generation.Add(1)
	return nil
}

func readAll(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		err = fmt.Errorf("the key set has more than %d bytes", maxBytes)
	}
	return text, err
}
