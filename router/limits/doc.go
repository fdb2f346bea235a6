// Package limits bounds the work that a GraphQL document can cause, before it is executed.
//
//	AST ──Validate, or Rules with gqlgen──▶ at most 20 errors       the rules of GraphQL, in linear time
//	AST ──Pricer.Price──▶ Price ──Total(variables)──▶ Total         objects and values of the answer
//	Limits.Check(Total) ──▶ the error OPERATION_TOO_LARGE, or none
//
// The router and the services import it: there is one implementation of the rules that bound a document. It knows
// nothing of either, only the syntax trees of gqlparser.
//
// # Validation
//
// Some rules of gqlparser compare everything with everything, and its walk enters a fragment again for each operation and
// fragment that leads to it. This package replaces the slow rules, counts the steps of the walk before it begins, refuses a
// document that takes too many, and stops at the 20th error.
//
// # Cost
//
// The cost of an operation is two figures: how many objects and how many values its answer can have. A field counts once
// for each object that it is asked of, so the sizes of the lists around a field multiply. The size of a list is:
//
//  1. the value of an argument that says so: literal, variable, default of the variable, default of the argument;
//     with @listSize, the arguments that it names; else an argument first, last or limit of type Int;
//  2. else @listSize(assumedSize:);
//  3. else Limits.AssumedListSize.
//
// The arguments of a field that returns a connection, a type with a list edges, nodes or items, give the size of each of
// these lists. The size of _entities is the number of its representations.
//
// Introspection counts what the schema really has. One complete introspection is free, however large the schema, since
// tools need it.
//
// A Price is made in time linear in the document: each fragment is priced once. Where no size depends on a
// variable, a Price is two numbers.
//
// # Defaults
//
// 50,000 objects and 200,000 values are an answer of 5 to 20 MB, and some 0.2 s of processor time in the router. The
// query of the public gateways benchmark, with seven levels and four lists without a size, costs 9,900 objects and 39,000
// values. Two nested pages of 100 pass (20,000 objects), three do not (2,000,000).
package limits
