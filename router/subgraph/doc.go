// Package subgraph is one subgraph's schema: its SDL, read and found to be sound by itself.
//
//	Source (SDL) ──parse──▶ document ──names, extensions, roots──▶ definitions ──validate──▶ GraphQL that holds
//	             ──attributes──▶ Schema ──upgrade (Federation 1)──▶ Schema ──rules──▶ Schema, or all errors
//
// Goes in: SDL as somebody wrote it, with or without @link, with directives under whatever names were
// imported. Comes out: a Schema in which federation's directives have become attributes (keys, external,
// shareable, …), definitions and their extensions are one, the roots are called Query, Mutation and
// Subscription, and what is left in Directives is for the supergraph, under the specification's names.
//
// A rule is a file: it looks at a Schema and reports what breaks it. The list of rules stands in rules.go.
package subgraph
