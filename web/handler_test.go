package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/web"
)

const script = "console.log('three leaves, one stem')"

func tree(t *testing.T) fstest.MapFS {
	t.Helper()
	return fstest.MapFS{
		".gitkeep":                 {},
		"index.html":               {Data: []byte("<title>storefront</title>")},
		"pages.json":               {Data: []byte(`["/","/basket","/products/$slug","/orders/$id/invoice"]`)},
		"playground.html":          {Data: []byte("<title>playground</title>")},
		"assets/app-4f2a.js":       {Data: []byte(script)},
		"assets/app-4f2a.js.gz":    {Data: zip(t, script)},
		"assets/editor-9c1b.ttf":   {Data: []byte("font")},
		"images/stoneware-1.svg":   {Data: []byte("<svg/>")},
		"assets/worker-77ab.js":    {Data: []byte("self")},
		"persisted-documents.json": {Data: []byte(`{"operations":[]}`)},
		"assets/only-here-1.js.gz": {Data: []byte("no file of this name without .gz")},
	}
}

func zip(t *testing.T, text string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return buffer.Bytes()
}

func handler(t *testing.T, files fstest.MapFS) http.Handler {
	t.Helper()
	h, err := web.NewHandler(files)
	require.NoError(t, err)
	return h
}

func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandlerAnswersPathsWithTheFileOrThePageThatBelongsThere(t *testing.T) {
	t.Parallel()
	h := handler(t, tree(t))
	for target, want := range map[string]struct {
		status      int
		contentType string
		cache       string
		body        string
	}{
		"/":                       {200, "text/html; charset=utf-8", "no-cache", "storefront"},
		"/products/stoneware-mug": {200, "text/html; charset=utf-8", "no-cache", "storefront"},
		"/orders/ord_1/invoice":   {200, "text/html; charset=utf-8", "no-cache", "storefront"},
		"/?q=mug":                 {200, "text/html; charset=utf-8", "no-cache", "storefront"},
		"/playground":             {200, "text/html; charset=utf-8", "no-cache", "playground"},
		"/playground/":            {200, "text/html; charset=utf-8", "no-cache", "playground"},
		"/assets/app-4f2a.js":     {200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", script},
		"/assets/editor-9c1b.ttf": {200, "font/ttf", "public, max-age=31536000, immutable", "font"},
		"/images/stoneware-1.svg": {200, "image/svg+xml", "public, max-age=86400", "<svg/>"},
		"/Basket/":                {200, "text/html; charset=utf-8", "no-cache", "storefront"},
	} {
		w := ask(h, http.MethodGet, target)
		require.Equal(t, want.status, w.Code, target)
		require.Equal(t, want.contentType, w.Header().Get("Content-Type"), target)
		require.Equal(t, want.cache, w.Header().Get("Cache-Control"), target)
		require.Contains(t, w.Body.String(), want.body, target)
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), target)
		require.Equal(t, "same-origin", w.Header().Get("Cross-Origin-Opener-Policy"), target)
		require.Contains(t, w.Header().Get("Permissions-Policy"), "microphone=()", target)
	}
}

const navigation = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

func TestHandlerFindsNothingAtOtherPaths(t *testing.T) {
	t.Parallel()
	h := handler(t, tree(t))
	for _, target := range []string{
		"/metrics", "/livez", "/nothing", "/graphql/", "/healthz/", "/basket/more", "/products", "/products/", "/products/a/b",
		"/assets/app-0000.js", "/assets/nothing", "/assets/app-4f2a.js/", "/images/missing-1.svg", "/.gitkeep", "/assets/../../etc/passwd",
		"/index.html", "/playground.html", "/playground/more", "/pages.json", "/persisted-documents.json",
	} {
		for accept, want := range map[string]struct{ contentType, body string }{
			"":                       {"text/plain; charset=utf-8", "not found"},
			"*/*":                    {"text/plain; charset=utf-8", "not found"},
			"image/avif,image/*,*/*": {"text/plain; charset=utf-8", "not found"},
			"application/json":       {"application/json; charset=utf-8", `"code":"NOT_FOUND"`},
			navigation:               {"text/html; charset=utf-8", "storefront"},
		} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				w := ask(h, method, target, "Accept", accept)
				what := method + " " + target + " " + accept
				require.Equal(t, http.StatusNotFound, w.Code, what)
				require.Equal(t, want.contentType, w.Header().Get("Content-Type"), what)
				require.Equal(t, "no-cache", w.Header().Get("Cache-Control"), what)
				require.Contains(t, w.Header().Values("Vary"), "Accept", what)
				require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), what)
				if method == http.MethodGet {
					require.Contains(t, w.Body.String(), want.body, what)
				}
			}
		}
	}
	require.Contains(t, ask(h, http.MethodGet, "/nothing", "Accept", navigation).Header().Get("Content-Security-Policy"), "script-src 'self';")
	require.Equal(t, http.StatusNotFound, ask(h, http.MethodPost, "/graphql/", "Content-Type", "application/json").Code)
	require.Contains(t, ask(h, http.MethodPost, "/graphql/", "Content-Type", "application/json").Body.String(), "GraphQL is served at /graphql")
	require.Equal(t, http.StatusNotFound, ask(h, http.MethodPost, "/nothing", "Accept", navigation).Code)
}

func TestHandlerZipsThePageThatIsNotThere(t *testing.T) {
	t.Parallel()
	files := tree(t)
	files["index.html.gz"] = &fstest.MapFile{Data: zip(t, "<title>storefront</title>")}
	w := ask(handler(t, files), http.MethodGet, "/nothing", "Accept", navigation, "Accept-Encoding", "gzip")
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
	require.Equal(t, files["index.html.gz"].Data, w.Body.Bytes())
	require.Empty(t, w.Header().Get("ETag"), "a condition must not make it 304")
}

func TestAListOfPagesThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	files := tree(t)
	files["pages.json"] = &fstest.MapFile{Data: []byte(`{"/":1}`)}
	_, err := web.NewHandler(files)
	require.ErrorContains(t, err, "pages.json")
}

func TestHandlerAllowsNoOtherHost(t *testing.T) {
	t.Parallel()
	h := handler(t, tree(t))
	for _, target := range []string{"/", "/basket", "/playground"} {
		policy := ask(h, http.MethodGet, target).Header().Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'", target)
		require.Contains(t, policy, "script-src 'self';", target)
		require.Contains(t, policy, "connect-src 'self';", target)
		require.NotContains(t, policy, "http", target)
	}
	require.NotContains(t, ask(h, http.MethodGet, "/").Header().Get("Content-Security-Policy"), "unsafe")
	require.Contains(t, ask(h, http.MethodGet, "/playground").Header().Get("Content-Security-Policy"), "worker-src 'self'")
}

func TestHandlerSendsGzipToThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	h := handler(t, tree(t))

	w := ask(h, http.MethodGet, "/assets/app-4f2a.js", "Accept-Encoding", "br, gzip")
	require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
	require.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
	reader, err := gzip.NewReader(w.Body)
	require.NoError(t, err)
	text, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, script, string(text))

	for _, refusing := range []string{"", "br", "gzip;q=0", "gzip; q=0"} {
		w := ask(h, http.MethodGet, "/assets/app-4f2a.js", "Accept-Encoding", refusing)
		require.Empty(t, w.Header().Get("Content-Encoding"), refusing)
		require.Equal(t, script, w.Body.String(), refusing)
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"), refusing)
	}
	require.Equal(t, http.StatusOK, ask(h, http.MethodGet, "/assets/only-here-1.js.gz").Code)
}

func TestHandlerAnswersConditionsByContent(t *testing.T) {
	t.Parallel()
	h := handler(t, tree(t))
	first := ask(h, http.MethodGet, "/")
	etag := first.Header().Get("ETag")
	require.NotEmpty(t, etag)

	again := ask(h, http.MethodGet, "/", "If-None-Match", etag)
	require.Equal(t, http.StatusNotModified, again.Code)
	require.Empty(t, again.Body.String())

	changed := tree(t)
	changed["index.html"] = &fstest.MapFile{Data: []byte("<title>new</title>")}
	require.Equal(t, http.StatusOK, ask(handler(t, changed), http.MethodGet, "/", "If-None-Match", etag).Code)

	zipped := ask(h, http.MethodGet, "/assets/app-4f2a.js", "Accept-Encoding", "gzip").Header().Get("ETag")
	require.NotEqual(t, ask(h, http.MethodGet, "/assets/app-4f2a.js").Header().Get("ETag"), zipped)
}

func TestHandlerAnswersOnlyGetAndHead(t *testing.T) {
	t.Parallel()
	h := handler(t, tree(t))
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		w := ask(h, method, "/basket")
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
		require.Equal(t, "GET, HEAD", w.Header().Get("Allow"), method)
	}
	head := ask(h, http.MethodHead, "/")
	require.Equal(t, http.StatusOK, head.Code)
	require.Empty(t, head.Body.String())
}

func TestHandlerSaysThatTheWebIsNotBuilt(t *testing.T) {
	t.Parallel()
	old := tree(t)
	delete(old, "pages.json")
	for _, files := range []fstest.MapFS{{".gitkeep": {}}, old} {
		h := handler(t, files)
		for _, target := range []string{"/", "/products/mug", "/playground", "/assets/app.js"} {
			w := ask(h, http.MethodGet, target)
			require.Equal(t, http.StatusServiceUnavailable, w.Code, target)
			require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"), target)
			require.Equal(t, "web not built: run make web", strings.TrimSpace(w.Body.String()), target)
		}
	}
}

func TestFilesIsTheTreeOfTheBuild(t *testing.T) {
	t.Parallel()
	files, err := web.Files()
	require.NoError(t, err)
	_, err = web.NewHandler(files)
	require.NoError(t, err)
	_, err = files.Open("dist")
	require.Error(t, err, "paths begin inside dist")
}
