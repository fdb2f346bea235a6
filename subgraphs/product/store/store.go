// Package store keeps the catalogue in the product service's own database.
//
//	catalog.Listing ──one SELECT──▶ rows ──▶ catalog.Product
//	change ──one transaction──▶ row, version + 1, and outbox message product.changed
//
// Each reading method runs one statement, however many keys it is given. Whatever changes a
// product, loading it included, puts the message of it into the outbox in the same transaction.
//
// # Search
//
// Words are found by a full text index: on Postgres GIN over a tsvector, on SQLite FTS4. That and not
// FTS5, because the driver has FTS4 in each build and FTS5 only with the tag sqlite_fts5: a build
// without it could not open a database that was made with it, and a plain `go test ./...` could not
// make one. What FTS5 would give is not missed. Lists are sorted by name, price or age, so its ranking
// is of no use, and of 200,000 products both find words by their beginnings in about the same time:
// 19 of them in 0.1 ms, 3,500 in 17 and 20 ms, 64,000 in 129 and 155 ms, on SQLite 3.40 in memory. Only
// writing is quicker with FTS5, 0.02 ms a product and not 0.06. An index of prefixes made either no
// quicker at it, and half as large again.
package store

import (
	"context"
	"embed"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

//go:embed migrations
var migrations embed.FS

// Outbox takes messages in a transaction, to be published once it is committed.
type Outbox interface {
	AddAll(context.Context, *sqlx.Tx, []bus.Message) error
	// AddFirst is for what somebody waits for: it is published before all else.
	AddFirst(context.Context, *sqlx.Tx, bus.Message) error
}

// Store is the catalogue's database. It is a catalog.Store.
type Store struct {
	db     *sqldb.DB
	outbox Outbox
}

var _ catalog.Store = (*Store)(nil)

// New returns the store and brings its tables up to date.
func New(ctx context.Context, db *sqldb.DB, outbox Outbox) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, migrations); err != nil {
		return nil, err
	}
	s := &Store{db: db, outbox: outbox}
	return s, s.describeAll(ctx)
}
