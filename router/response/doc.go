// Package response holds what the subgraphs answered, and prints the client's response from it.
//
//	subgraph's body ──Tape.Parse──▶ Tape ┐
//	subgraph's body ──Tape.Parse──▶ Tape ┼─▶ Data ──Shape.Complete──▶ {"errors":[…],"data":{…}}
//	marks, errors ───────────────────────┘           ▲
//	Operation, API schema ──NewShape──▶ Shape ───────┘
//
// A Tape is one JSON text with an index of its values, in the order of the text; leaves stay raw and are printed
// as they came. Data is several tapes and says how they belong together: the data of root fields are all at the
// root, and an entity that was looked up is attached to the object for which it was asked. Nothing is copied or
// merged; a place of the response is seen through a Reader as a Value: the nodes of all sources that have it.
//
// Objects that come again at one place of an answer may be one node (ParseShared). An answer that looks as it was asked for is
// parsed quicker (ParseExpected).
//
// What could not be fetched leaves a Mark on the objects that it was for. A Shape is what the client asked for,
// compiled once for an operation. Completion walks the shape and the data together in one pass: it checks types,
// propagates nulls (by truncating what was written), and turns marks into errors, each with the path of the
// field that is null because of it.
//
// How the executor uses it:
//
//	data.Reset(schema, len(plan.Fetches))
//	data.Tape(fetch).Parse(body)     // in any goroutine; one for each source; or ParseExpected
//	data.Take(fetch)                 // when that is done
//	data.AddRoot(ref), data.Attach(object, entity), data.AddMark(mark), data.MarkObject(object, mark)
//	shape.Complete(dst, data, Options{Variables: …})
package response
