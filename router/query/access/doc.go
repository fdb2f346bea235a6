// Package access decides which fields of an operation a client may see, by the directives
// @authenticated, @requiresScopes and @policy.
//
//	supergraph ──NewRules──▶ Rules ──Needs──▶ Needs ──Decide──▶ Decision ──▶ Operation.Without
//	                once a schema    once an    ▲  once a request      └──▶ Shape.Without
//	                                operation   └── Claims
//
// Input: a supergraph, an operation, and the claims of a request. Output: a Decision that says
// which fields and objects are hidden, or nil if the client may see the complete operation. A
// hidden field is not planned, so it is not requested from a subgraph. In the response it is null,
// with an error UNAUTHORIZED_FIELD_OR_TYPE at its path. Fields whose names begin with __ are never
// hidden.
//
// The error's extension `reason` is UNAUTHENTICATED if an @authenticated hides the field: the
// client can log in, or renew an expired token, and repeat the request. Otherwise it is FORBIDDEN.
//
// A clause is one directive. A client must meet every clause that applies to a field of an object:
//
//   - the clauses of the field itself, and of the scalar, enum or object type that it returns;
//   - for a root field, the clauses of the root type;
//   - the clauses of the fields and types that the field reads through @requires and @fromContext.
//     Composition refuses a field that does not repeat them, but older versions of other
//     composition programs accept it (MISSING_TRANSITIVE_AUTH_REQUIREMENTS).
//
// The type of the object decides, no matter whether the document selects the field directly,
// through an interface, or in a fragment. So two selections with one response key have the same
// result for each object, and no fragment avoids a clause.
//
// A field that returns an interface or a union is hidden if all object types that it can return
// are hidden. If only some of them are, the field is requested, and each object of a hidden type
// is null, with an error at the path of the object.
//
// Composition copies to an interface the clauses of all object types that implement it. This
// package ignores a copy, because it checks the objects themselves. If an interface has a clause
// that is no copy, an older version of a composition program wrote it there, and it applies to all
// objects.
//
// The router may still read a hidden key to identify an object in another subgraph. The key is not
// in the response, and the client may see the fields for which the router reads it.
package access
