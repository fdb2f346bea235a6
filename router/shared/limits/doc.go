// Package limits bounds the work that a GraphQL document can cause, before it is executed.
//
//	AST ──Validate, or Rules with gqlgen──▶ at most 20 errors   the rules of GraphQL, in linear time
//	AST ──Pricer.Price──▶ Price ──Total(variables)──▶ Total     objects and values of the answer
//	Limits.Check(Total) ──▶ the error OPERATION_TOO_LARGE, or none
//
// The router and the services import it: there is one implementation of the rules that bound a
// document. It knows nothing of either, only the syntax trees of gqlparser.
//
// # Validation
//
// Some rules of gqlparser take quadratic time, and its walk enters a fragment again for each
// operation and fragment that leads to it. This package replaces the slow rules, counts the steps
// of the walk before it begins, refuses a document that takes too many, and stops at the 20th
// error. It also refuses names of more than 256 bytes that the document makes up.
//
// # Size
//
// Document bounds the nesting, the aliases, the root fields, the directives and the fragments of a
// document. Nesting, aliases and root fields count with fragments expanded, in time linear in the
// text.
//
// # Cost
//
// The cost of an operation is three figures: how many objects and how many values its answer can
// have, and its weight. A field counts once for each object that it is asked of, so the sizes of
// the lists around a field multiply. The size of a list is:
//
//  1. the value of an argument that gives it: literal, variable, default of the variable, default
//     of the argument. With @listSize these are the arguments that it names, otherwise an argument
//     first, last or limit of type Int;
//  2. otherwise @listSize(assumedSize:);
//  3. otherwise Limits.AssumedListSize.
//
// The arguments of a field that returns a connection, a type with a list edges, nodes or items,
// give the size of each of these lists. The size of _entities is the number of its
// representations.
//
// An object weighs 1 and a leaf 0, unless their type has @cost(weight:), and @cost on the field
// replaces the weight of its type. Each value of a list weighs the same. To that, once for each
// time that the field is executed, come the weights of the arguments that are given: of their own
// @cost, and of that on their types and input fields, whichever of these a client gives. A root
// field of a mutation weighs 10 more, unless it has @cost.
//
// A field with @listSize(slicingArguments:) requires exactly one of these arguments, unless
// requireOneSlicingArgument is false.
//
// Introspection counts what the schema really has. One complete introspection is free, however
// large the schema, since tools need it.
//
// A Price is made in time linear in the document: each fragment is priced once. Where no size
// depends on a variable, a Price is two numbers.
//
// # Root fields
//
// A service runs separate statements for each root field of a request, so it accepts 100 root
// fields. The router counts the root fields in each request of its plan, where each kind of
// look-up is a root field _entities, and refuses an operation that needs more. A service that
// refuses a request answers with one error for all of it, which the router would repeat for each
// field.
//
// # Defaults
//
// One request may take 0.2 s of processor time. A service of the shop takes up to 7 µs for a
// value, so 30,000 values are allowed, and 10,000 objects. The query of the public gateways
// benchmark, with seven levels and four lists without a size, costs 1,860 objects and 6,995
// values; the most expensive query of the shop's pages costs 865 and 2,664. A page of 100 whose
// elements have pages of 20 passes; a page of 100 in a page of 100 does not.
//
// A list without a size is assumed to have 5 elements. Sizes multiply, so a larger number would
// refuse the deep queries of schemas without pages. The router's limit on the bytes of an answer
// is the second line of defence.
package limits
