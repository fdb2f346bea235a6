// Package subgraph reads one subgraph's SDL into a schema, and checks it on its own.
//
//	Source (SDL) ──parse──▶ document ──names, extensions, roots──▶ definitions ──validate──▶
//	valid GraphQL ──attributes──▶ Schema ──upgrade (Federation 1)──▶ Schema ──rules──▶ Schema,
//	or all errors
//
// Input: SDL with or without @link, and with directives under any imported names. Output: a Schema
// in which federation's directives have become attributes (keys, external, shareable, …),
// definitions and their extensions are merged, the roots are called Query, Mutation and
// Subscription, and Directives holds what remains for the supergraph, under the specification's
// names.
//
// Each rule has its own file: it examines a Schema and reports violations. rules.go lists them.
package subgraph
