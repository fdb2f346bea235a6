// Package web carries the storefront and the playground, built by Vite into dist, inside the
// binary.
//
// A file tree goes in, an http.Handler comes out:
//
//	src, playground ──vite──▶ dist ──go:embed──▶ Files() ──NewHandler──▶ http.Handler
//
// The storefront is one file for all its pages. The build lists their addresses in pages.json; the
// handler answers each of them with that file, and the storefront's own router shows the page. A
// browser that asks for a page at any other path gets the same file with the status 404. The
// playground is a second page with a bundle of its own at /playground.
//
// The build also writes persisted-documents.json, the manifest of the documents that the
// storefront sends. No client gets this file: the router reads it if its configuration lists it.
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
