// Package saga tests order and product together, in one process, over an unreliable network that
// a seed controls. It has only tests:
//
//	seed ──▶ what happens next ──▶ buyers place and cancel · messages are lost, doubled, mixed ·
//	         timers fire · staff adjusts stock and prices · a service dies between two statements
//	then ──▶ a quiet time ──▶ nothing waits, and all invariants hold
//
//	go test ./subgraphs/tests/saga -seeds 100000
//	go test ./subgraphs/tests/saga -seed 42 -v    what happened with one seed
package saga
