// Package difftest sends the same operations to the router and to one plain server, and compares
// the answers.
//
//	rapid ──▶ world ──┬─▶ monolith SDL ──▶ plain execution ──▶ data, nulls by errors ┐
//	            │     └─▶ 2–5 strict subgraphs ──router──▶ response ───────────────────┼─▶ equal?
//	            └──▶ operation over the API schema ──▶ both ─────────────────────────┘
//
// A world is a schema and a way to split it. It stores no data: a value is a pure function of
// type, ID, field and arguments, so the monolith and each subgraph compute the same values
// independently. A subgraph is strict: it validates each document against its own SDL, refuses
// fields that it has only as @external or lost by @override (for the active labels), and computes
// a field with @requires only from the representation.
//
// All splits are satisfiable, because they follow these rules:
//
//   - Each entity has a hub, a subgraph that resolves all of its keys. Every other subgraph that
//     knows the entity has the fields of at least one key, and has fields beyond keys only if it
//     resolves one. So every subgraph can be reached from every other, through the hub at most.
//   - A value type is whole, and each subgraph that knows it has all its fields; or it is split
//     over a set of subgraphs, and every field that returns it is in each of these, on an entity
//     or on Query.
//   - An abstract type has a first member, which is a member wherever the type is known. A field
//     of an abstract type returns only members that all subgraphs with the field know. An
//     interface has a first field, which every subgraph with the interface has.
//   - An interface object is in a subgraph that knows none of the interface's implementations, and
//     another subgraph resolves the interface by its key.
//   - A field requires only fields that come before it and that its subgraph does not resolve
//     itself.
//   - A field is inaccessible only if no interface with that field is visible to clients. An enum
//     for output only has different values in different subgraphs, and a field returns values that
//     all its subgraphs know. An enum for input only differs, too, and all subgraphs know its
//     first value.
//   - Query sets the context, and some entities below may set it, too, so that each field that
//     reads it has an object above that sets it.
//
// The style in which a subgraph is written has no effect: under any imported names, as Federation
// 1 if it uses nothing else, with directives for other programs, or with more or wider arguments
// than others that share a field. See dialects_test.go.
//
// Some fields fail for some objects. Fields that require them fail, too, and only in that case may
// the router's answer lack data that the monolith's has. See lost_test.go.
//
// TestAccess adds @authenticated, @requiresScopes and @policy to types and fields, and draws a
// client. The monolith checks the client's rights at each field and object; a subgraph complains
// if it is asked for what the client may not see, unless that is a key. See access_test.go.
//
// Neither the names nor the order of the subgraphs change an answer, even if subgraphs that know
// different members of a type return different values. See renaming_test.go.
//
// A difference is shrunk and printed with the seed that reproduces it (go test -rapid.seed). With
// -v, the test lists the generated constructs, and how many answers each affected.
package difftest
