// Package store keeps orders in a database: it implements sales.Store with sqlx.
//
// It takes Filters and Orders, and returns Orders. All reads of a call are in one transaction, so
// that an order and its items are of the same moment:
//
//	Filter ──▶ orders ──ids──▶ items · history · invoices ──ids──▶ invoice lines ──▶ []*sales.Order
//
// This takes one statement for each requested table, for any number of orders. Write is for
// changes: it allows one writer at a time, and returns once the data is on disk. The commands to
// the stock that follow from a change are stored in the same transaction.
package store

import (
	"context"
	"embed"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

//go:embed migrations
var migrations embed.FS

// Commands stores, in a transaction, messages to send until they are answered.
type Commands interface {
	Add(context.Context, *sqlx.Tx, bus.Message) error
	Answered(ctx context.Context, tx *sqlx.Tx, ids ...string) error
}

// Store implements sales.Store.
type Store struct {
	db       *sqldb.DB
	commands Commands
}

// New updates the database's schema and returns a store.
func New(ctx context.Context, db *sqldb.DB, commands Commands) (*Store, error) {
	if err := sqldb.Migrate(ctx, db, migrations); err != nil {
		return nil, err
	}
	s := &Store{db, commands}
	return s, s.describeAll(ctx)
}

// Orders implements sales.Reader.
func (s *Store) Orders(ctx context.Context, f sales.Filter) ([]*sales.Order, error) {
	tx, err := s.db.Read().BeginTxx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return s.within(tx).Orders(ctx, f)
}

// CountPlaced implements sales.Store.
func (s *Store) CountPlaced(
	ctx context.Context, userID string, conditions sales.Conditions,
) (n int, err error) {
	where := newWhere(s.db.Dialect(), userID)
	where.placed(conditions)
	rows, args := where.rows()
	statement, args, err := sqlx.In("SELECT count(*)"+rows, args...)
	if err == nil {
		err = s.db.Read().GetContext(ctx, &n, statement, args...)
	}
	return n, wrap("count orders", err)
}

// Write implements sales.Store.
func (s *Store) Write(ctx context.Context, fn func(context.Context, sales.Tx) error) error {
	return s.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		return fn(ctx, s.within(tx))
	})
}

func (s *Store) within(tx *sqlx.Tx) transaction {
	return transaction{tx, s.db.Dialect(), s.commands}
}

// transaction implements sales.Tx.
type transaction struct {
	tx       *sqlx.Tx
	dialect  sqldb.Dialect
	commands Commands
}

// query reads all rows. It expands slices among the arguments, as for IN (?).
func query[Row any](
	ctx context.Context, tx *sqlx.Tx, statement string, args ...any,
) ([]Row, error) {
	statement, args, err := sqlx.In(statement, args...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	err = tx.SelectContext(ctx, &rows, statement, args...)
	return rows, err
}
