package documents

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

const (
	// largestManifest is the size in bytes of the largest manifest that a URL may return. Package
	// config has the same limit for files.
	largestManifest = 16 << 20
	// manifestTimeout limits one request for a manifest.
	manifestTimeout = 10 * time.Second
)

// watch reads manifests again when they change. Only one goroutine at a time may use it.
type watch struct {
	sources []*source
	client  *http.Client
	// reported is the error that was logged last, so that an error is logged once while it lasts.
	reported string
}

// source is one manifest as it was last read.
type source struct {
	at        string // a path or a URL
	documents []*Document
	// etag (of a URL) and info (of a file) say whether the manifest must be read again. sum, the hash
	// of its content, says whether the documents have changed.
	etag string
	info os.FileInfo
	sum  [sha256.Size]byte
}

func newWatch(manifests []string) watch {
	w := watch{client: &http.Client{Timeout: manifestTimeout}}
	for _, at := range manifests {
		w.sources = append(w.sources, &source{at: at})
	}
	return w
}

// errUnchanged means that a manifest has not changed since it was last read.
var errUnchanged = errors.New("the manifest has not changed")

// read returns the list of all manifests, or errUnchanged if none has changed. After an error it
// has stored no new manifest, so the next call finds the same error.
func (w *watch) read(ctx context.Context) (*list, error) {
	next, changed := make([]*source, len(w.sources)), false
	manifests := make([][]*Document, len(w.sources))
	for i, s := range w.sources {
		fresh, err := w.look(ctx, s)
		switch {
		case errors.Is(err, errUnchanged):
			fresh = s
		case err != nil:
			return nil, fmt.Errorf("manifest %s: %w", s.at, err)
		default:
			changed = true
		}
		next[i], manifests[i] = fresh, fresh.documents
	}
	if !changed {
		return nil, errUnchanged
	}
	made, err := newList(manifests...)
	if err != nil {
		return nil, fmt.Errorf("manifests: %w", err)
	}
	w.sources = next
	return made, nil
}

// look reads a manifest. It returns errUnchanged if its documents are the same as before.
func (w *watch) look(ctx context.Context, s *source) (*source, error) {
	next := &source{at: s.at}
	var text []byte
	var err error
	if config.IsURL(s.at) {
		text, err = w.get(ctx, s, next)
	} else {
		text, err = readFile(s, next)
	}
	if err != nil {
		return nil, err
	}
	if next.sum = sha256.Sum256(text); s.documents != nil && next.sum == s.sum {
		next.documents = s.documents
		*s = *next
		return nil, errUnchanged
	}
	next.documents, err = parseManifest(text)
	return next, err
}

// readFile reads a file unless it is the same file as before, with the same time and size.
func readFile(s, next *source) ([]byte, error) {
	info, err := os.Stat(s.at)
	if err != nil {
		return nil, err
	}
	if s.info != nil && os.SameFile(s.info, info) && s.info.Size() == info.Size() &&
		s.info.ModTime().Equal(info.ModTime()) {
		return nil, errUnchanged
	}
	next.info = info
	return config.ReadFile(s.at)
}

// get reads a URL. It returns errUnchanged if the server says that the ETag is the same as before.
func (w *watch) get(ctx context.Context, s, next *source) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.at, nil)
	if err != nil {
		return nil, err
	}
	if s.etag != "" {
		request.Header.Set("If-None-Match", s.etag)
	}
	response, err := w.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusNotModified:
		return nil, errUnchanged
	case http.StatusOK:
	default:
		return nil, fmt.Errorf("the server answers with status %d instead of 200", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, largestManifest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > largestManifest {
		return nil, fmt.Errorf("it is larger than %d bytes; split it into several", largestManifest)
	}
	next.etag = response.Header.Get("ETag")
	return text, nil
}

// Watch reads the manifests at each interval until the context ends. It passes the documents of a
// changed list to warm before requests use them. If a manifest has an error, the list stays as it
// is.
func (d *Documents) Watch(ctx context.Context, warm func(context.Context, []*Document)) {
	if len(d.watch.sources) == 0 || d.options.Interval <= 0 {
		return
	}
	ticker := time.NewTicker(d.options.Interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			d.refresh(ctx, warm)
		}
	}
}

// refresh reads the manifests once.
func (d *Documents) refresh(ctx context.Context, warm func(context.Context, []*Document)) {
	next, err := d.watch.read(ctx)
	switch {
	case errors.Is(err, errUnchanged):
		d.watch.reported = ""
	case ctx.Err() != nil:
	case err != nil:
		if text := err.Error(); text != d.watch.reported {
			d.watch.reported = text
			d.options.Log.Error("the list of trusted documents stays as it is", "error", err)
		}
	default:
		d.watch.reported = ""
		warm(ctx, next.all)
		d.trusted.Store(next)
		d.options.Log.Info("trusted documents reloaded", "documents", len(next.all))
	}
}
