// Package supergraph is the merged model of all subgraphs: which subgraph defines what, and which
// can resolve it.
//
//	compose ──▶ Schema ──Print──▶ supergraph SDL (join specification) ──Parse──▶ Schema
//	              ├──API──▶ ast.Schema, against which operations are validated
//	              └──PrintAPI──▶ the same as SDL
//
// Input: the result of composition, or the supergraph SDL of any Federation 2 composition. Output:
// a Schema, which is the same in both cases. Each type has one TypeJoin for each subgraph, with
// all of its keys, and each field one FieldJoin for each subgraph that names it, with its type
// there. The types and directives of the link and join specifications are not part of it; Print
// adds them.
//
// A field of an object type without any join does not come from a type of that name in a subgraph:
// an @interfaceObject of one of the type's interfaces resolves it.
//
// The API schema is the part that clients see, without @inaccessible elements and the definitions
// of specifications.
package supergraph
