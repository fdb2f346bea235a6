// Package store keeps the catalogue in the product service's own database.
//
//	catalog.Listing ──one SELECT──▶ rows ──▶ catalog.Product
//	change ──one transaction──▶ row, version + 1, and outbox message product.changed
//
// Each method that reads runs one statement, whatever the number of keys. Each change of a
// product, and also loading it, adds a message about it to the outbox in the same transaction.
package store

import (
	"context"
	"embed"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

//go:embed migrations
var migrations embed.FS

// Outbox takes the messages of a transaction, and publishes them after the commit.
type Outbox interface {
	AddAll(context.Context, *sqlx.Tx, []bus.Message) error
	// AddFirst is for a message that somebody waits for. It is published before all others.
	AddFirst(context.Context, *sqlx.Tx, bus.Message) error
}

// Store is the catalogue's database. It implements catalog.Store.
type Store struct {
	db     *sqldb.DB
	outbox Outbox
}

var _ catalog.Store = (*Store)(nil)

// New returns the store of a database and updates its schema.
func New(ctx context.Context, db *sqldb.DB, outbox Outbox) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, migrations); err != nil {
		return nil, err
	}
	s := &Store{db: db, outbox: outbox}
	return s, s.describeAll(ctx)
}
