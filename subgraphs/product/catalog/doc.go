// Package catalog is the domain of the product subgraph: products, categories, pictures and their
// stock, and the rules for finding and changing them.
//
//	Query ──Products──▶ Listing ──Store──▶ rows ──▶ Page (edges, cursors, page info)
//	Change ──Update──▶ Product, version + 1 ──Store──▶ row and event, one transaction
//
// Categories, pictures and counts are read by the ids of many products or categories in one call.
//
// Service implements the rules. Store is the interface of the database that Service needs;
// package store implements it. This package does not depend on GraphQL, SQL or messages.
//
// A product that is not active is not on sale. Only staff finds it, in a list of its own and by
// its keys. Its changes are still announced to the other services.
package catalog
