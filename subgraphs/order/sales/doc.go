// Package sales is the domain of the order subgraph: baskets, orders, invoices, and the rules by
// which one becomes the other.
//
// In go what a user wants and who it is; out come Orders, or the Refusals that say what to mend.
//
//	NewOrder, Changes ──▶ draft ──apply──▶ items, totals, version + 1 ──Tx──▶ rows
//	Placing ──▶ draft ──confirm──▶ order, Invoice, claim on the key ──Tx──▶ rows, one transaction
//	Product ──Learn──▶ replica of the catalogue; drafts follow it: prices, totals, version + 1
//	Filter ──Store──▶ Orders, Page
//
// Service holds the rules. Store and Tx are what it needs of a database, declared here and
// implemented by package store. Nothing here knows of GraphQL, SQL or messages.
//
// An order is one thing from basket to delivery. Its total is the sum of its items in every state,
// and the gross of its invoice once it is placed: the `reconcile` command checks that of a database.
package sales
