// Package difftest asks the router and one plain server the same, and compares the answers.
//
//	rapid ──▶ world ──┬─▶ monolith SDL ─────────────────────▶ plain execution ──▶ data, nulls by errors ┐
//	            │     └─▶ 2–5 subgraphs ──compose, plan, execute over strict subgraphs──▶ response ─────┼─▶ equal?
//	            └──▶ operation over the API schema ──▶ both ────────────────────────────────────────────┘
//
// A world is a schema and the way it is split. Its data need no storage: a value is a pure function of type, id, field
// and arguments, so that the monolith and each subgraph compute the same without knowing of each other.
// A subgraph is unforgiving: it validates each document against its own SDL, refuses what it has only as @external
// or gave away by @override, as the active labels have it, and computes a field with @requires from nothing but what the representation says.
//
// Only satisfiable splits are made, by these rules:
//
//   - Each entity has a hub, a subgraph that resolves all of its keys. Each other subgraph that knows the entity has
//     the fields of at least one of the keys, and has fields beyond keys only if it resolves one. So every subgraph
//     is reached from every other, by way of the hub at most.
//   - A value type is whole, and then each subgraph that knows it has all its fields; or split over a set of
//     subgraphs, and then every field that returns it is in each of that set, and is of an entity or of Query.
//   - An abstract type has a first member, which is a member wherever the type is known, and a field of an abstract
//     type returns only members that all subgraphs with the field know. An interface has a first field that every
//     subgraph with the interface has.
//   - An interface object is known in a subgraph that knows none of the interface's implementations, and another one
//     resolves the interface by its key.
//   - A field requires only fields that stand before it, and that its subgraph does not resolve itself.
//   - A field is inaccessible only if no interface has it that clients see. An enum that is only returned has other values in
//     other subgraphs, and a field returns those that all its subgraphs know; one that is only taken, too, and all know the first.
//   - A context is set by Query, and perhaps by entities below, so that each field that reads it has one above.
//
// How a subgraph is written changes nothing: in the names of any imports, as Federation 1 if it uses nothing else, with directives
// for others, or with more or wider arguments than all have who share a field: dialects_test.go.
//
// Fields fail for some objects. What requires them fails with them, and only there an answer may be less than the monolith's:
// lost_test.go.
//
// Neither the subgraphs' names nor their order change an answer, even where subgraphs that know
// different members of a type return different values: renaming_test.go.
//
// A difference is shrunk and printed with the seed that replays it (go test -rapid.seed). With -v, the constructs
// that were generated are listed, and how often answers passed through them.
package difftest
