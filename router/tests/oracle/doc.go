// Package oracle gives the same input to this router and to other implementations of Federation 2,
// and compares the results: make oracle.
//
//	testdata, seeds ──shuffle, mutate──▶ sets of subgraphs
//	set ──▶ compose.Compose ─────────────────▶ verdict, API, supergraph
//	set ──▶ @apollo/composition (oracle.mjs) ─▶ verdict, API, supergraph
//	their supergraph ──▶ our reader ──▶ API
//	our supergraph ──▶ their reader ──▶ API
//
// dialects.go generates sets in the dialects of libraries, with links, definitions and composed
// directives that may be wrong; libraries.go has what libraries print. The test prints how many
// sets of each kind it compares.
//
// The results are: whether a set composes; if it does not, the set of error codes; and if it does,
// four API schemas, because each side also reads the other's supergraph. known.txt lists the known
// differences, each with its reason; any other difference fails the test. Where a message does not
// show the reason, the rule names a condition on the subgraphs: conditions.go.
//
// Another test plans short queries over each set that composes, because composition and planner
// must agree about what can be reached.
//
// Package difftest does the same with the worlds that it generates, and lets @apollo/gateway
// execute its operations.
//
// For an audit that starts routers from a router.yaml, serve.mjs combines a half of each side: our
// router over the supergraph of @apollo/composition, or @apollo/gateway over ours. make
// audit-cross runs the federation audit with both (audit.sh): our router passes all cases, and
// theirs passes as many as over its own supergraph.
//
//	node serve.mjs compose router.yaml > supergraph.graphqls
//	router serve --config with-supergraph.yaml
//
//	router compose --config router.yaml > supergraph.graphqls
//	node serve.mjs gateway 127.0.0.1:4000 supergraph.graphqls
//
// Everything except this page has the build tag oracle. The other implementations are unmodified
// npm packages, pinned in package-lock.json; the repository contains none of their code. They need
// Node and `npm ci` in this folder.
package oracle
