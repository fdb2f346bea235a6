// Package limits bounds the work of a GraphQL document before the document is executed.
//
//	AST ──Validate, or Rules with gqlgen──▶ at most 20 errors   the rules of GraphQL, in linear time
//	AST ──Pricer.Price──▶ Price ──Total(variables)──▶ Total     objects and values of the answer
//	Limits.Check(Total) ──▶ the error OPERATION_TOO_LARGE, or none
//
// The router and the services import this package, so both have the same limits. It depends on
// neither, only on the syntax trees of gqlparser.
//
// # Validation
//
// Some rules of gqlparser take quadratic time, and its walk enters a fragment once for each
// operation and each fragment that leads to it. This package replaces the slow rules, counts the
// steps of the walk before it begins, refuses a document that takes too many steps, and stops at
// the 20th error. It also refuses aliases, and names of operations, fragments and variables, that
// are longer than 256 bytes.
//
// # Size
//
// Document bounds the nesting, the aliases, the root fields, the directives and the fragments of a
// document. Nesting, aliases and root fields are counted with fragments expanded. Counting takes
// time linear in the length of the text.
//
// # Cost
//
// The cost of an operation is three numbers: the objects and the values that its answer can have,
// and its weight. A field counts once for each object on which it is selected, so the sizes of the
// lists around a field multiply. The size of a list is:
//
//  1. the value of a slicing argument: a literal, a variable, the default of the variable or the
//     default of the argument. The slicing arguments are those that @listSize names, or otherwise
//     the arguments first, last and limit of type Int;
//  2. otherwise @listSize(assumedSize:);
//  3. otherwise Limits.AssumedListSize.
//
// A connection is a type with a list edges, nodes or items. The slicing arguments of a field that
// returns a connection give the size of each of these lists. The size of _entities is the number
// of its representations.
//
// An object weighs 1 and a leaf 0, unless its type has @cost(weight:). @cost on a field replaces
// the weight of the field's type. Each element of a list has this weight. Each execution of a
// field adds the weights of the arguments that the operation gives: those of @cost on the
// argument, on its type, and on all input fields of that type, whether or not the client gives
// them. A root field of a mutation weighs 10 more, unless it has @cost.
//
// A field with @listSize(slicingArguments:) requires exactly one of these arguments, unless
// requireOneSlicingArgument is false.
//
// The cost of introspection is counted exactly from the schema. One complete introspection is free
// for a schema of any size, because tools need it.
//
// Price takes time linear in the document, because it prices each fragment once. If no size
// depends on a variable, the cost is the same for each request.
//
// # Root fields
//
// A service runs separate statements for each root field of a request, so it accepts at most 100
// root fields. The router counts the root fields in each request of its plan, in which each kind
// of look-up is a root field _entities, and refuses an operation that needs more. It does not
// leave that to the service: the service would answer with one error for the complete request,
// which the router would repeat for each field.
//
// # Defaults
//
// The defaults let one request take about 0.2 s of processor time. A service of the shop takes up
// to 7 µs for a value, so the limits are 30,000 values and 10,000 objects. The query of the public
// gateways benchmark has seven levels and four lists without a size; it costs 1,860 objects and
// 6,995 values. The most expensive query of the shop's pages costs 865 objects and 2,664 values. A
// page of 100 elements with pages of 20 passes; a page of 100 elements with pages of 100 does not.
//
// A list without a size is assumed to have 5 elements. Sizes multiply, so a larger assumption
// would refuse deep queries in schemas without pages. If such lists are longer, the router's limit
// on the bytes of an answer bounds them.
package limits
