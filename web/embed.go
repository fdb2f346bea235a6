// Package web carries the storefront and the playground, built by Vite into dist, inside the binary.
//
// A file tree goes in, an http.Handler comes out:
//
//	src, playground ──vite──▶ dist ──go:embed──▶ Files() ──NewHandler──▶ http.Handler
//
// The storefront is one page: every path that names no file is answered with it, and its own router
// shows what belongs there. The playground is a second page with a bundle of its own at /playground.
// The package compiles before dist is built; the handler then says what to run.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built storefront and playground; it holds no index.html if they are not built.
func Files() (fs.FS, error) {
	return fs.Sub(dist, "dist")
}
