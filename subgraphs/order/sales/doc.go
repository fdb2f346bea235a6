// Package sales is the domain of the order subgraph: baskets, orders, invoices, and the rules by
// which a basket becomes an order with an invoice.
//
// Its input is a user's request and the user's id; its output is Orders, or refusals that say
// what to correct.
//
//	NewOrder, Changes ──▶ draft ──apply──▶ items, totals, version + 1 ──Tx──▶ rows
//	Placing ──▶ draft ──submit──▶ pending order, claim on the key ──Tx──▶ rows, Command to stock
//	Reply ──Settle──▶ confirmed order, Invoice; or a draft with problems ──Tx──▶ rows
//	Product ──Learn──▶ replica of the catalogue; drafts follow it: prices, totals, version + 1
//	Filter ──Store──▶ Orders, Page
//
// Service holds the rules. Store and Tx are what it needs of a database; they are declared here,
// and package store implements them. This package does not depend on GraphQL, SQL or messages.
//
// An order has one row from basket to delivery. Its total is always the sum of its items and,
// once it is confirmed, the gross of its invoice; the `reconcile` command checks this in a
// database.
package sales
