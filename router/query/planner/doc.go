// Package planner makes query plans: it decides which subgraph is asked for what, so that an
// operation needs the fewest sequential steps and, among those plans, the fewest requests.
//
//	operation.Operation, querygraph.Graph
//	  │ clientFields     field.go           the fields to be answered
//	  ▼
//	explore              explore.go …       exploration: the requirements, and for each the
//	  │                                       candidates that could answer it
//	  ▼
//	search               search.go …        choices: a candidate for each requirement
//	  ▼
//	schedule             schedule.go        requestGroups: the entity fetches and their steps
//	  ▼
//	selectAll            select.go …        selected: a selection set for each fetch
//	  ▼
//	emit                 emit.go …          []*plan.Fetch: numbers, documents, representations,
//	                                          dependencies
//
// planner.go calls the stages for each group of root fields. A stage reads what the earlier stages
// returned and changes nothing of it. The files of each stage, and then those that several stages
// read, in the order in which one uses the next:
//
//	emit      emit.go render.go
//	select    select.go conditions.go selection.go
//	schedule  schedule.go
//	search    search.go extend.go draft.go
//	explore   explore.go per_type.go entity_fetch.go context.go explorer.go
//	all       serve.go candidates.go field.go refusal.go
//
// One use leads backwards: entity_fetch.go explores the inputs of an entity fetch, which is what
// explore.go does with any field.
//
// The stages:
//
//   - clientFields takes the operation's fields; inputFields takes those of keys and @requires.
//     Both have one form.
//   - explore walks the fields from the root. A position is where a value stands in the response.
//     A candidate is a position as one subgraph can serve it; a field leads to it from a candidate
//     above, or an entity fetch from other candidates of the position. A requirement is a leaf
//     field with the candidates that could serve it.
//   - search chooses a candidate for each requirement. The cost of a choice is what it adds to the
//     plan: first depth, then requests. The search is a branch and bound; it takes choices that
//     add nothing at once, and remembers the result for an entity fetch in each plan to which it
//     was added. A budget bounds it: when the budget is spent, the first plan found is taken, and
//     in the end the candidates that are nearest.
//   - schedule gives each entity fetch its step: as early as possible, or later if it can then
//     share a request without making the plan deeper.
//   - selectAll goes through the steps from last to first. It joins entity fetches that differ
//     only in what they select and send into one look-up.
//   - emit writes documents, representations and dependencies.
//
// Abstract types: at a position of an interface or union, a field is planned once for all object
// types if a subgraph can serve it for all of them alike, and otherwise for each object type.
// Object types whose field leads to the same candidates share one position for it.
//
// Planning one operation is bounded: in the candidates that are found, the choices that are tried,
// and the fields of the plan's documents. Beyond the bounds the operation is refused with an Error
// whose code is PLAN_TOO_LARGE. The bounds count work, not time, so the result for an operation is
// the same on every machine.
//
// A field that @requires others, or has arguments from a context, needs an entity fetch of its
// own. The entity fetch waits for the values that it sends: members of the representation, and
// values of objects above as variables.
//
// An interface object does not know the types of its objects, so a field of one is requested for
// all objects there. A field that is selected for some types only is therefore requested later:
// first a subgraph that knows the types is asked, then the objects of each type are looked up.
//
// So { accounts { ... on Admin { name } } } takes three requests if one subgraph has accounts as
// interface objects with names, and another knows their types. Two requests are not enough: the
// first would have to ask for the names of all accounts. If one name fails and cannot be null, the
// subgraph answers null for the account, and the router has no key left to ask for its type. The
// right response is null with an error for an admin, and {} without an error for another account,
// but the router gets the same answers in both cases. A list of accounts that cannot be null would
// be lost as a whole.
//
// Requesting the list twice in one request, once without names, does not help: a subgraph executes
// both fields, and nothing guarantees that they return the same objects in the same order. The
// router could request a nullable name early, but then the subgraph would work for objects of
// which the client selects nothing.
// executor.TestTypesOfAnInterfaceObjectComeBeforeWhatSomeTypesAreAskedFor has both cases.
//
// Of equally good plans the planner takes the first that it finds, and it tries subgraphs in the
// order of their names. Subgraphs that know different members of an abstract type, or different
// values of an enum, may give different answers. The planner then tries them in an order that
// depends on their schemas (querygraph.Graph.Rank), so that renaming a subgraph does not change an
// answer.
package planner
