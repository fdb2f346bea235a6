// Package catalog is the domain of the product subgraph: products, categories, pictures, stock,
// and the rules by which they are found and changed.
//
// In go ids, slugs and a Query; out come products, categories and Pages of products.
//
//	Query ──Products──▶ Listing ──Store──▶ rows ──▶ Page (edges, cursors, page info)
//	Change ──Update──▶ Product, version + 1 ──Store──▶ row and event, one transaction
//
// A product's category and pictures are read when somebody asks, and then for all products that
// were found together in one call: see siblings.
//
// Service holds the rules. Store is what it needs of a database, declared here and implemented by
// package store. Nothing here knows of GraphQL, SQL or messages.
//
// A product that is not active is not on sale: only staff finds it, in a list of its own and by its
// keys, but its changes are still told to others.
package catalog
