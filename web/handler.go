package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

const (
	storefront = "index.html"
	playground = "playground.html"

	// notBuilt is what a developer sees who has only built the Go side.
	notBuilt = "web not built: run make web"

	forever     = "public, max-age=31536000, immutable" // the name holds the content's hash
	aDay        = "public, max-age=86400"
	revalidated = "no-cache"

	// Everything comes from the shop's own host.
	strictPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	// The playground's editor writes its own styles and runs its languages in workers.
	editorPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'none'"
)

// file is one file of the tree, ready to be sent.
type file struct {
	content []byte
	zipped  []byte // gzip; nil if the build made none
	mime    string
	etag    string
}

// Handler serves the storefront and the playground from memory.
type Handler struct {
	files map[string]file
}

// NewHandler reads the whole tree. A tree without index.html is no error: the handler says that it
// is not built.
func NewHandler(tree fs.FS) (*Handler, error) {
	files := map[string]file{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		content, err := fs.ReadFile(tree, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		files[name] = newFile(name, content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return &Handler{files: zipped(files)}, nil
}

func newFile(name string, content []byte) file {
	sum := sha256.Sum256(content)
	return file{
		content: content,
		mime:    contentType(name),
		etag:    `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
	}
}

// zipped joins every x.gz to its x.
func zipped(files map[string]file) map[string]file {
	joined := make(map[string]file, len(files))
	for name, f := range files {
		if _, beside := files[strings.TrimSuffix(name, ".gz")]; beside && strings.HasSuffix(name, ".gz") {
			continue
		}
		f.zipped = files[name+".gz"].content
		joined[name] = f
	}
	return joined
}

// contentType does not depend on the machine's own table of types.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".ttf":
		return "font/ttf"
	case ".woff2":
		return "font/woff2"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// ServeHTTP answers GET and HEAD of files by their names, of /playground, and of the storefront's
// pages: all paths that do not look like a file.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	name, ok := h.resolve(r.URL.Path)
	if !ok {
		h.serveMissing(w)
		return
	}
	header.Set("Cache-Control", cacheControl(name))
	header.Set("Content-Security-Policy", policy(name))
	h.files[name].serve(w, r)
}

// resolve finds the file for a path: itself, or the page that shows what belongs there.
func (h *Handler) resolve(urlPath string) (string, bool) {
	name := strings.TrimPrefix(path.Clean("/"+urlPath), "/")
	if _, ok := h.files[name]; ok {
		return name, true
	}
	page := storefront
	switch {
	case name == "playground":
		page = playground
	case path.Ext(name) != "" || strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "images/"):
		return "", false // a file, and not one of ours: a page in its place would only confuse
	}
	_, ok := h.files[page]
	return page, ok
}

func (h *Handler) serveMissing(w http.ResponseWriter) {
	if _, built := h.files[storefront]; !built {
		http.Error(w, notBuilt, http.StatusServiceUnavailable)
		return
	}
	http.Error(w, "not found", http.StatusNotFound)
}

// serve sends the zipped content to those who take it. http.ServeContent answers conditions and ranges.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	header, content, etag := w.Header(), f.content, f.etag
	header.Set("Content-Type", f.mime)
	if f.zipped != nil {
		header.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			header.Set("Content-Encoding", "gzip")
			content, etag = f.zipped, strings.TrimSuffix(f.etag, `"`)+`-gz"`
		}
	}
	header.Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func acceptsGzip(r *http.Request) bool {
	for _, values := range r.Header.Values("Accept-Encoding") {
		for coding := range strings.SplitSeq(values, ",") {
			name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
			if strings.EqualFold(name, "gzip") && strings.ReplaceAll(weight, " ", "") != "q=0" {
				return true
			}
		}
	}
	return false
}

func cacheControl(name string) string {
	switch {
	case strings.HasPrefix(name, "assets/"):
		return forever
	case strings.HasSuffix(name, ".html"):
		return revalidated
	default:
		return aDay
	}
}

func policy(name string) string {
	if name == playground {
		return editorPolicy
	}
	return strictPolicy
}
