// Package sales is the domain of the order subgraph: baskets, orders, invoices, and the rules by
// which a basket becomes an order with an invoice.
//
// Its input is a user's request and the user's id; its output is Orders, or refusals that say
// what to correct. This is its flow. A file uses only files below it.
//
//	watch.go     an order ──Await, Watch──▶ the settled order, each later version
//	read.go      ids, Listing ──▶ Orders, Invoices, Page
//	draft.go     NewOrder, Changes, Renaming, … ──▶ draft with items, totals, version + 1
//	place.go     Placing ──▶ pending order, claim on the key, Command to the stock
//	advance.go   Advancing ──▶ the next status, Command
//	settle.go    Reply ──▶ confirmed order with Invoice, Command; or a draft with problems
//	cancel.go    Cancelling ──▶ cancelled order and invoice, Command
//	learn.go     Product ──▶ replica of the catalogue; drafts follow it
//	   │
//	change.go    draft, changes, Products ──▶ draft, Warnings; or refusals
//	find.go      user, and id or claim ──Tx──▶ the user's order; or a refusal
//	   │
//	service.go   Service: a Store, a clock, and who waits for an order in this process
//	store.go     Store, Tx: what Service needs of a database
//	   │
//	page.go, command.go, claim.go    what to read, what to ask of the stock, what a key did
//	refusals.go                      each reason why a request is refused, with its facts
//	order.go, invoice.go, product.go
//
// Store and Tx are declared here, and package store implements them. This package does not depend
// on GraphQL, SQL or messages.
//
// An order has one row from basket to delivery. Its total is always the sum of its items and,
// once it is confirmed, the gross of its invoice; the `reconcile` command checks this in a
// database.
package sales
