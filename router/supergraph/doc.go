// Package supergraph is the merged model of all subgraphs: who defines what, and who can resolve it.
//
//	compose ──▶ Schema ──Print──▶ supergraph SDL (join specification) ──Parse──▶ Schema
//	              ├──API──▶ ast.Schema, against which operations are validated
//	              └──PrintAPI──▶ the same as SDL
//
// Goes in: what composition merged, or the supergraph SDL of any Federation 2 composition. Comes out: a Schema,
// the same from both ways: each type has one TypeJoin a subgraph, with all of its keys, and each field one
// FieldJoin for each subgraph that names it, with its type there. The types and directives of the link and join
// specifications are not in it; Print adds them.
//
// A field of an object type without any join comes from no subgraph's type of that name: an @interfaceObject of one
// of the type's interfaces resolves it.
//
// The API schema is the part that clients see: without what is @inaccessible, and without machinery.
package supergraph
