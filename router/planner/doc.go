// Package planner makes query plans: which subgraph is asked what, so that an operation is answered in the fewest
// sequential steps, and then by the fewest requests.
//
//		operation.Operation ──items──▶ explore ──▶ search ──▶ schedule ──▶ emit ──▶ plan.Plan
//		                                  ▲
//		                        querygraph.Graph
//
//	  - items: the operation's fields, and later the fields of keys and @requires, in one form.
//	  - explore walks them from the root. A spot is a place in the response; a place is a spot as one subgraph can
//	    serve it, reached by a field from the place before, or by a jump (an entity look-up) from other places of the
//	    spot. The result is a list of wants: leaves, each with the places that could serve it.
//	  - search chooses a place for each want. It costs what a choice adds: depth first, then requests. Branch and
//	    bound; choices that add nothing are taken at once, and what was found of a look-up is remembered for each plan that it is
//	    added to. A budget bounds it: then the first plan counts, at last the one whose places take least to get to.
//	  - schedule gives each jump the step in which it is made: as early as it can be, or later where it can share a
//	    request without making the plan deeper.
//	  - emit writes documents, representations and dependencies.
//
// Abstract types: at a spot of an interface or union, a field is planned once for all object types if a subgraph can
// serve it for all of them alike, and object type by object type otherwise; the types for which it then leads to the same
// have one spot for it.
//
// What is done for one operation is bounded: the places looked at, the choices tried, the fields that the plan's documents have.
// Past the bounds the operation is refused by an Error of the code PLAN_TOO_LARGE. They count work, not time, so an operation is
// planned alike, or refused, wherever and whenever it comes.
//
// A field that @requires others, or has arguments from a context, is asked by a look-up of its own, which waits for what is
// sent along: members of the representation, and values of objects above as variables.
//
// Interface objects tell no types: what is asked of one is asked for all objects there. So what is asked for some types
// waits until a subgraph that knows the types has been asked, and is then looked up for the objects of each type alone.
//
// So { accounts { ... on Admin { name } } } takes three requests if one subgraph has accounts as
// interface objects with names, and another knows their types. Two requests are not enough: the
// first would have to ask for the names of all accounts. If one name fails and cannot be null, the
// subgraph answers null for the account, and the router has no key left to ask for its type. The
// right response is null with an error for an admin, and {} without an error for another account,
// but the router gets the same answers in both cases. A list of accounts that cannot be null would
// be lost as a whole.
//
// To ask for the list twice in one request, once without names, does not help: a subgraph executes
// both fields, and nothing promises that they return the same objects in the same order. The router
// could ask early for a name that may be null, but then the subgraph would work for objects of
// which the client asks nothing.
// executor.TestTypesOfAnInterfaceObjectComeBeforeWhatSomeTypesAreAskedFor has both cases.
//
// Of equally good plans the planner takes the first it finds, and it looks at subgraphs in the
// order of their names. Subgraphs that know different members of an abstract type, or different
// values of an enum, may answer differently. The planner then looks at them in an order that
// depends on their schemas (querygraph.Graph.Rank), so that renaming a subgraph does not change an
// answer.
package planner
