package web

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
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

// file is one file of the tree.
type file struct {
	name   string
	zipped string // the name of its gzip; empty if the build made none
	mime   string
	etag   func() (string, error)
}

// Handler serves the storefront and the playground from the tree. It keeps nothing of the files in memory, and reads none
// before it is asked for: a router that is asked for GraphQL alone does not pay for the pages.
type Handler struct {
	tree  fs.FS
	files map[string]file
}

// NewHandler lists the whole tree. A tree without index.html is no error: the handler says that it
// is not built.
func NewHandler(tree fs.FS) (*Handler, error) {
	names := map[string]bool{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		names[name] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	h := &Handler{tree: tree, files: make(map[string]file, len(names))}
	for name := range names {
		if plain, zipped := strings.CutSuffix(name, ".gz"); !zipped || !names[plain] {
			h.files[name] = newFile(tree, name, names[name+".gz"])
		}
	}
	return h, nil
}

func newFile(tree fs.FS, name string, zipped bool) file {
	f := file{name: name, mime: contentType(name), etag: sync.OnceValues(func() (string, error) { return etagOf(tree, name) })}
	if zipped {
		f.zipped = name + ".gz"
	}
	return f
}

func etagOf(tree fs.FS, name string) (string, error) {
	opened, err := tree.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = opened.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, opened); err != nil {
		return "", err
	}
	return `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]) + `"`, nil
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
	if err := h.files[name].serve(h.tree, w, r); err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
	}
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
func (f file) serve(tree fs.FS, w http.ResponseWriter, r *http.Request) error {
	etag, err := f.etag()
	if err != nil {
		return err
	}
	name, zipped := f.name, f.zipped != "" && acceptsGzip(r)
	if zipped {
		name, etag = f.zipped, strings.TrimSuffix(etag, `"`)+`-gz"`
	}
	opened, err := tree.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	content, ok := opened.(io.ReadSeeker)
	if !ok {
		return fmt.Errorf("%s cannot be read from the middle", name)
	}
	header := w.Header()
	header.Set("Content-Type", f.mime)
	if f.zipped != "" {
		header.Add("Vary", "Accept-Encoding")
	}
	if zipped {
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
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
