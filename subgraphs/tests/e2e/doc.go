//go:build e2e

// Package e2e tests the system from outside: it starts the programs in bin/ as real processes on
// free ports, with their data in a temporary folder, and uses only HTTP.
//
//	make e2e
//	.ci/postgres make e2e     with its own Postgres server
package e2e
