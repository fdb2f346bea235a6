// Package watch notices changes of the files and addresses from which the router reads its
// configuration and its schema.
//
//	Sources ──fingerprint, once an interval──▶ Watcher.Next ──▶ "something changed"
//
// Input: named sources, each with a function that returns a fingerprint of its content. Output:
// Next returns the names of the sources whose fingerprints have changed. A source that cannot be
// read counts as unchanged, so that a server that is down for a while causes no reload.
//
// The sources are polled. A file is read again only if its size or time has changed, and an
// address answers 304 to a request with its ETag. Polling also works for files that Kubernetes
// replaces through symbolic links, and for network file systems.
package watch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// Fingerprint returns a text that changes with the content of a source.
type Fingerprint func(context.Context) (string, error)

// Sources are the sources by their names: a path, a URL, or the name of a subgraph.
type Sources map[string]Fingerprint

// Watcher stores the last fingerprints of sources. It is not safe for concurrent use.
type Watcher struct {
	log     *slog.Logger
	seen    map[string]string
	failing map[string]bool
}

// New returns a watcher.
func New(log *slog.Logger) *Watcher {
	return &Watcher{log: log, seen: map[string]string{}, failing: map[string]bool{}}
}

// See stores the fingerprints of sources. Call it before the sources are read for the first time,
// so that Next notices a change that happens between both.
func (w *Watcher) See(ctx context.Context, sources Sources) {
	w.look(ctx, sources)
}

// Next checks the sources at each interval until one has changed, and returns the names of all
// changed sources. It returns nil when the context ends. It stores the fingerprint of a new
// source, which does not count as changed.
func (w *Watcher) Next(ctx context.Context, interval time.Duration, sources Sources) []string {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if changed := w.look(ctx, sources); len(changed) > 0 {
				return changed
			}
		}
	}
}

// look compares the sources with their last fingerprints, and stores the new ones.
func (w *Watcher) look(ctx context.Context, sources Sources) (changed []string) {
	for name, fingerprint := range sources {
		now, err := fingerprint(ctx)
		if err != nil {
			w.report(ctx, name, err)
			continue
		}
		delete(w.failing, name)
		if before, known := w.seen[name]; known && before != now {
			changed = append(changed, name)
		}
		w.seen[name] = now
	}
	maps.DeleteFunc(w.seen, func(name, _ string) bool { return sources[name] == nil })
	maps.DeleteFunc(w.failing, func(name string, _ bool) bool { return sources[name] == nil })
	return changed
}

// report logs a failure, unless the previous look at the source failed, too.
func (w *Watcher) report(ctx context.Context, name string, err error) {
	if ctx.Err() != nil || w.failing[name] {
		return
	}
	w.failing[name] = true
	w.log.Warn("a watched source cannot be read; it counts as unchanged",
		"source", name, "error", err)
}

// timeResolution is the coarsest resolution of times in a file system. Two writes within this time
// can have the same time.
const timeResolution = 2 * time.Second

// File returns the fingerprint of a regular file.
func File(path string) Fingerprint {
	var size int64
	var changed time.Time
	var known string
	return func(context.Context) (string, error) {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		isSame := info.Size() == size && info.ModTime().Equal(changed)
		if known != "" && isSame && time.Since(changed) > timeResolution {
			return known, nil
		}
		text, err := config.ReadFile(path)
		if err != nil {
			return "", err
		}
		size, changed, known = info.Size(), info.ModTime(), hash(text)
		return known, nil
	}
}

// URL returns the fingerprint of the answer to a GET of an address. It sends the last ETag, so
// that the server need not send unchanged content again.
func URL(client *http.Client, address string) Fingerprint {
	var tag, known string
	return func(ctx context.Context) (string, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return "", err
		}
		if tag != "" {
			request.Header.Set("If-None-Match", tag)
		}
		response, err := client.Do(request)
		if err != nil {
			return "", err
		}
		defer func() { _ = response.Body.Close() }()
		switch {
		case response.StatusCode == http.StatusNotModified && known != "":
			return known, nil
		case response.StatusCode != http.StatusOK:
			return "", fmt.Errorf("the server answered %s", response.Status)
		}
		text, err := read(response.Body)
		if err != nil {
			return "", err
		}
		tag, known = response.Header.Get("ETag"), hash(text)
		return known, nil
	}
}

// Text returns the fingerprint of a text that a function reads.
func Text(of func(context.Context) (string, error)) Fingerprint {
	return func(ctx context.Context) (string, error) {
		text, err := of(ctx)
		if err != nil {
			return "", err
		}
		return hash([]byte(text)), nil
	}
}

// maxBytes bounds the size of a source's content, in bytes.
const maxBytes = 16 << 20

func read(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		return nil, errors.New("the content is larger than 16 MiB")
	}
	return text, err
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return string(sum[:])
}
