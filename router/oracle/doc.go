// Package oracle asks other implementations of Federation 2 what ours is asked, and compares the answers: make oracle.
//
//	testdata, seeds ──shuffle, mutate──▶ sets of subgraphs ──┬─▶ compose.Compose ────────────────▶ verdict, API, supergraph
//	                                                         └─▶ @apollo/composition (oracle.mjs) ─▶ verdict, API, supergraph
//	                     their supergraph ──▶ our reader ──▶ API          our supergraph ──▶ their reader ──▶ API
//
// Sets in the dialects of libraries, with links, definitions and composed directives that may be wrong, are generated: dialects.go,
// with what libraries print in libraries.go. The test prints how many sets it compares of each kind.
//
// Compared are whether a set composes, the set of error codes if it does not, and the API schemas if it does: four of
// them, for each side also reads what the other wrote. A difference that is known stands in known.txt with its reason;
// any other fails. Where a message does not show the reason, the rule asks a condition of the subgraphs: conditions.go.
//
// The test also plans short queries over each set that composes, since composition and planner must agree about what can be reached.
//
// Package difftest asks the same of the worlds that it generates, and lets @apollo/gateway execute its operations.
//
// For an audit that starts routers from a router.yaml, serve.mjs takes a half from each side: ours over the supergraph that
// @apollo/composition makes, or @apollo/gateway over ours. make audit-cross does both with the federation audit, by audit.sh:
// ours passes all, and theirs as many as over its own supergraph.
//
//	node serve.mjs compose router.yaml > supergraph.graphqls   # then: router serve, with supergraph: in its config
//	router compose --config router.yaml > supergraph.graphqls && node serve.mjs gateway 127.0.0.1:4000 supergraph.graphqls
//
// Everything but this page has the build tag oracle. The other implementations are npm packages, pinned in
// package-lock.json and run beside ours as they are; nothing of theirs is in this repository. They need Node and
// `npm ci` in this folder.
package oracle
