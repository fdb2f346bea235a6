// Package store keeps the catalogue in the product service's own database.
//
//	catalog.Listing ──one SELECT──▶ rows ──▶ catalog.Product
//	change ──one transaction──▶ row, version + 1, and outbox message product.changed
//
// Each reading method runs one statement, however many keys it is given. Whatever changes a
// product, loading it included, puts the message of it into the outbox in the same transaction.
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
