//go:build tools

// Package tools pins the programs the build runs, so that a clean checkout
// builds with exactly these versions.
package tools

import (
	_ "github.com/99designs/gqlgen"
	_ "github.com/mattn/goreman"
)
