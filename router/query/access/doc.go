// Package access decides which fields of an operation a client may see, by the directives
// @authenticated, @requiresScopes and @policy.
//
//	supergraph ──NewRules──▶ Rules ──Needs──▶ Needs ──Decide──▶ Decision ──▶ Operation.Without
//	                once a schema    once an    ▲  once a request      └──▶ Shape.Without
//	                                operation   └── Claims
//
// Input: a supergraph, an operation, and the claims of a request. Output: nil if the client may
// see everything that the operation selects, or a Decision that says what is hidden. A hidden
// field is not planned, so no subgraph gets it; in the response it is null, with an error
// UNAUTHORIZED_FIELD_OR_TYPE at its path. Fields whose names begin with __ are never hidden.
//
// The error's extension `reason` is UNAUTHENTICATED if an @authenticated hides it: the client can
// log in, or renew an expired token, and repeat the request. Otherwise it is FORBIDDEN.
//
// A clause is one directive. A client must meet every clause that applies to a field of an object:
//
//   - those of the field itself, and of the scalar, enum or object type that it returns;
//   - those of the root type, for a root field;
//   - those of the fields and types that it reads through @requires and @fromContext. Composition
//     refuses a field without them (MISSING_TRANSITIVE_AUTH_REQUIREMENTS), but older versions of
//     other programs do not.
//
// The type of the object decides, however the document selects the field: directly, through an
// interface, or in a fragment. So two selections with one response key agree for each object, and
// no fragment avoids a clause.
//
// A field that returns an interface or a union is hidden if every object type that it can return
// is hidden. If only some are, it is requested, and each object of these types is null, with an
// error at the path of the object.
//
// Composition copies to an interface what the objects' types and fields demand together. Such a
// copy is ignored, because the objects themselves are checked. If an interface demands more than
// its objects, an older version wrote it there, and it applies to all of its objects.
//
// A key that is hidden may still be read to identify an object in another subgraph: it is not in
// the response, and the fields for which it is read are allowed.
package access
