// Package saga tests order and product together, in one process, over a network that a seed makes
// unreliable. It has no code but its tests:
//
//	seed ──▶ what happens next ──▶ buyers place and cancel · messages are sent, lost, doubled, mixed ·
//	         timers ring · staff adjusts stock and prices · a service dies between two statements
//	then ──▶ a quiet time ──▶ nothing waits, and all invariants hold
//
//	go test ./subgraphs/saga -seeds 100000
//	go test ./subgraphs/saga -seed 42 -v    what happened under one seed
package saga
