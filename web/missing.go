package web

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"strings"
)

// serveMissing answers 404 for a path at which there is nothing. A person at a browser gets the
// storefront, which says so; other clients get JSON or text, whichever they accept.
func (h *Handler) serveMissing(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", revalidated)
	header.Add("Vary", "Accept")
	accept := strings.Join(r.Header.Values("Accept"), ",")
	switch {
	case strings.Contains(accept, "text/html") &&
		(r.Method == http.MethodGet || r.Method == http.MethodHead):
		header.Set("Content-Security-Policy", policy(storefront))
		if h.files[storefront].serveMissing(h.tree, w, r) != nil {
			http.Error(w, unreadable, http.StatusInternalServerError)
		}
	case strings.Contains(accept, "json") || strings.Contains(r.Header.Get("Content-Type"), "json"):
		writeMissing(w)
	default:
		http.Error(w, "not found", http.StatusNotFound)
	}
}

// serveMissing sends the whole file with the status 404.
func (f file) serveMissing(tree fs.FS, w http.ResponseWriter, r *http.Request) error {
	content, _, err := f.open(tree, w.Header(), r)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, content) // an error means that the client has gone
	}
	return nil
}

// writeMissing writes an error in the form of GraphQL, because most clients that ask for JSON look
// for /graphql.
func writeMissing(w http.ResponseWriter) {
	extensions := map[string]string{"code": "NOT_FOUND"}
	if id := w.Header().Get("X-Request-Id"); id != "" {
		extensions["requestId"] = id
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
		"message":    "There is nothing at this path. GraphQL is served at /graphql.",
		"extensions": extensions,
	}}})
}
