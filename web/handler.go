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

	"github.com/trefoil-graph/trefoil/router/shared/browser"
)

const (
	storefront = "index.html"
	playground = "playground.html"
	// manifest is the list of the storefront's documents. The router reads it from the disk.
	manifest = "persisted-documents.json"

	// notBuilt is the answer while only the Go side is built.
	notBuilt   = "web not built: run make web"
	unreadable = "the file cannot be read"

	forever     = "public, max-age=31536000, immutable" // the name holds the content's hash
	aDay        = "public, max-age=86400"
	revalidated = "no-cache"

	// Everything comes from the shop's own host.
	strictPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
		"connect-src 'self'; " +
		"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	// The playground's editor writes its own styles and runs its languages in workers.
	editorPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// file is one file of the tree.
type file struct {
	name   string
	zipped string // the name of its gzip; empty if the build made none
	mime   string
	etag   func() (string, error)
}

// Handler serves the storefront and the playground from the tree. It keeps no file in memory, and
// reads a file only when a client asks for it: a router that serves only GraphQL does not pay for
// the pages.
type Handler struct {
	tree  fs.FS
	files map[string]file
	pages pages
}

// NewHandler lists the whole tree. A tree without index.html or pages.json is no error: then the
// handler says that the pages are not built.
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
	if h.built() {
		h.pages, err = readPages(tree)
	}
	return h, err
}

// built reports whether the tree has the files that the build always makes.
func (h *Handler) built() bool {
	_, shell := h.files[storefront]
	_, list := h.files[pageList]
	return shell && list
}

func newFile(tree fs.FS, name string, zipped bool) file {
	etag := sync.OnceValues(func() (string, error) { return etagOf(tree, name) })
	f := file{name: name, mime: contentType(name), etag: etag}
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

// ServeHTTP answers GET and HEAD of files by their names, of /playground and of the storefront's
// pages. It answers all other paths with the status 404.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	browser.Protect(header)
	header.Set("Referrer-Policy", "same-origin")
	if !h.built() {
		http.Error(w, notBuilt, http.StatusServiceUnavailable)
		return
	}
	name, ok := h.resolve(r.URL.Path)
	if !ok {
		h.serveMissing(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	header.Set("Cache-Control", cacheControl(name))
	header.Set("Content-Security-Policy", policy(name))
	if err := h.files[name].serve(h.tree, w, r); err != nil {
		http.Error(w, unreadable, http.StatusInternalServerError)
	}
}

// resolve finds the file for a path: the file itself, or the page of that address. A page has an
// address of its own, so its file's name does not find it.
func (h *Handler) resolve(urlPath string) (string, bool) {
	clean := path.Clean("/" + urlPath)
	name := strings.TrimPrefix(clean, "/")
	if _, ok := h.files[name]; ok && !strings.HasSuffix(urlPath, "/") {
		return name, name != pageList && name != manifest && path.Ext(name) != ".html"
	}
	if name == "playground" {
		_, ok := h.files[playground]
		return playground, ok
	}
	return storefront, h.pages.has(clean)
}

// serve sends the file. http.ServeContent answers conditions and ranges.
func (f file) serve(tree fs.FS, w http.ResponseWriter, r *http.Request) error {
	etag, err := f.etag()
	if err != nil {
		return err
	}
	opened, zipped, err := f.open(tree, w.Header(), r)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	content, ok := opened.(io.ReadSeeker)
	if !ok {
		return fmt.Errorf("%s cannot be read from the middle", f.name)
	}
	if zipped {
		etag = strings.TrimSuffix(etag, `"`) + `-gz"`
	}
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// open opens the file, or its gzip if the client accepts that, and sets the headers that describe
// the content.
func (f file) open(
	tree fs.FS, header http.Header, r *http.Request,
) (content fs.File, zipped bool, err error) {
	name, zipped := f.name, f.zipped != "" && acceptsGzip(r)
	if zipped {
		name = f.zipped
	}
	if content, err = tree.Open(name); err != nil {
		return nil, false, err
	}
	header.Set("Content-Type", f.mime)
	if f.zipped != "" {
		header.Add("Vary", "Accept-Encoding")
	}
	if zipped {
		header.Set("Content-Encoding", "gzip")
	}
	return content, zipped, nil
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
