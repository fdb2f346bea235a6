// Package images holds the pictures of the seed's products, named <slug>-<n>.svg, and serves
// them.
package images

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"time"
)

//go:embed *.svg
var files embed.FS

// Files returns the pictures.
func Files() fs.FS { return files }

// Handler serves the picture named by the path value "name", as in the pattern "GET
// /images/{name}". A browser caches it for a day, and then checks by its ETag whether it has
// changed. The policy keeps a picture that is opened on its own from running or loading anything.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		picture, err := files.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		sum := sha256.Sum256(picture)
		header := w.Header()
		header.Set("Content-Type", "image/svg+xml")
		header.Set("Cache-Control", "public, max-age=86400")
		header.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
		header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		header.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(picture))
	})
}
