//go:build e2e

// Package e2e tests the system from outside: it starts the programs in bin/ as real processes on free ports, with their
// data in a temporary folder, and asks them over HTTP alone.
//
//	make e2e
//	.ci/postgres make e2e     with a Postgres server of its own
package e2e
