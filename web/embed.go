// Package web carries the storefront and the playground, built by Vite into dist, inside the binary.
//
// A file tree goes in, an http.Handler comes out:
//
//	src, playground ──vite──▶ dist ──go:embed──▶ Files() ──NewHandler──▶ http.Handler
//
// The storefront is one file for all its pages: their addresses, which the build lists in pages.json, are answered with it,
// and its own router shows what belongs there. So is any other path, with the status 404, if a browser asks for a page. The
// playground is a second page with a bundle of its own at /playground.
// The package compiles before dist is built; the handler then says what to run.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built storefront and playground; the tree is empty if they are not built.
func Files() (fs.FS, error) {
	return fs.Sub(dist, "dist")
}
