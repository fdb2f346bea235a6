package images_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/product/seed/images"
)

func ask(t *testing.T, method, path, etag string) *http.Response {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /images/{name}", images.Handler())
	request := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	return recorder.Result()
}

func TestAPictureIsServedSafelyAndCached(t *testing.T) {
	t.Parallel()
	first := ask(t, http.MethodGet, "/images/olive-oil-1.svg", "")
	require.Equal(t, http.StatusOK, first.StatusCode)
	require.Equal(t, "image/svg+xml", first.Header.Get("Content-Type"))
	require.Equal(t, "nosniff", first.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "default-src 'none'; sandbox", first.Header.Get("Content-Security-Policy"))
	require.Equal(t, "public, max-age=86400", first.Header.Get("Cache-Control"))

	again := ask(t, http.MethodGet, "/images/olive-oil-1.svg", first.Header.Get("ETag"))
	require.Equal(t, http.StatusNotModified, again.StatusCode)
	other := ask(t, http.MethodGet, "/images/olive-oil-2.svg", first.Header.Get("ETag"))
	require.Equal(t, http.StatusOK, other.StatusCode)
	require.Equal(t, http.StatusOK, ask(t, http.MethodHead, "/images/olive-oil-1.svg", "").StatusCode)
}

func TestNothingButPicturesIsServed(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/images/images.go", "/images/nope.svg", "/images/%2e%2e%2fseed.go", "/images/"} {
		require.Equal(t, http.StatusNotFound, ask(t, http.MethodGet, path, "").StatusCode, path)
	}
	require.Equal(t, http.StatusMethodNotAllowed, ask(t, http.MethodPost, "/images/olive-oil-1.svg", "").StatusCode)
	names, err := fs.Glob(images.Files(), "*")
	require.NoError(t, err)
	require.Len(t, names, 96)
}

func TestPicturesAreSmallWellFormedAndDistinct(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	names, err := fs.Glob(images.Files(), "*.svg")
	require.NoError(t, err)
	for _, name := range names {
		picture, err := fs.ReadFile(images.Files(), name)
		require.NoError(t, err)
		require.Less(t, len(picture), 16<<10, name)
		require.Empty(t, seen[string(picture)], "%s is the same as another", name)
		seen[string(picture)] = name
		requireWellFormed(t, name, picture)
	}
}

// requireWellFormed also refuses elements that run or load something.
func requireWellFormed(t *testing.T, name string, picture []byte) {
	t.Helper()
	forbidden := []string{"script", "image", "use", "foreignObject", "style", "a"}
	decoder := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err, name)
		if element, ok := token.(xml.StartElement); ok {
			require.NotContains(t, forbidden, element.Name.Local, name)
		}
	}
}
