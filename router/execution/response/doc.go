// Package response holds the subgraphs' answers and prints the client's response from them.
//
//	subgraph's body ──Tape.Parse──▶ Tape ┐
//	subgraph's body ──Tape.Parse──▶ Tape ┼─▶ Data ──Shape.Complete──▶ {"errors":[…],"data":{…}}
//	marks, errors ───────────────────────┘           ▲
//	Operation, API schema ──NewShape──▶ Shape ───────┘
//
// The files in order. Each uses only files below it:
//
//	complete.go   Shape, Data ──▶ the response
//	  sort.go     errors ──▶ the same in the order of the response, each once
//	  scope.go    Data ──▶ Scope: why fields of an object are missing
//	data.go       tapes, marks, errors ──▶ Data
//	  repeat.go   an object ──▶ the output of an equal object before it
//	shape.go      Operation, API schema ──▶ Shape; its fields in the order of the variables
//	parse.go      a text ──▶ Tape
//	  share.go    an object that repeats in the text ──▶ its twin
//	  token.go    the text ──▶ tokens
//	reader.go     tree ──▶ Value: all that sources have at one position
//	tree.go       tapes, links, marks ──▶ tree
//	leaf.go       a node, its type ──▶ its text
//
// Nouns and helpers: tape.go, limit.go, error.go, mark.go, grow.go and scan.go.
//
// A Tape is one JSON text with an index of its values, in the order of the text; leaf values stay
// raw and are printed as they came. Data holds several tapes and records how they belong together:
// the data of root fields is at the root, and an entity is attached to the object for which it was
// fetched. Nothing is copied or merged: a Reader shows one position of the response as a Value,
// which is the nodes of all sources that have it.
//
// ParseShared stores an object that repeats at one position of the answer as one node.
//
// Data that could not be fetched leaves a Mark on the objects that lack it. A Shape is the
// client's operation, compiled once. Completion walks the shape and the data together in one pass:
// it checks types, propagates nulls (by truncating the output), and turns marks into errors, each
// with the path of the field that is null because of it.
//
// How the executor uses it:
//
//	data.Reset(schema, len(plan.Fetches))
//	data.Tape(fetch).Parse(body)     // in any goroutine; one for each source; or ParseShared
//	data.Take(fetch)                 // when that is done
//	data.AddRoot(ref), data.Attach(object, entity)
//	data.AddMark(mark), data.MarkObject(object, mark)
//	shape.Complete(dst, data, Options{Variables: …})
package response
