// Package store keeps orders in a database: the implementation of sales.Store over sqlx.
//
// In go Filters and Orders, out come Orders. What is read is read in one transaction, so that an
// order and its items are of one moment:
//
//	Filter ──▶ orders ──ids──▶ items · invoices ──ids──▶ invoice lines ──▶ []*sales.Order
//
// That is one statement for each of the four tables that is asked for, however many orders there
// are. What is written goes through Write: one writer at a time, on the disk when it returns, and
// with it the commands to the stock that follow from it.
package store

import (
	"context"
	"embed"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

//go:embed migrations
var migrations embed.FS

// Commands takes, in a transaction, messages that are sent until they are answered.
type Commands interface {
	Add(context.Context, *sqlx.Tx, bus.Message) error
	Answered(ctx context.Context, tx *sqlx.Tx, ids ...string) error
}

// Store is a sales.Store.
type Store struct {
	db       *sqldb.DB
	commands Commands
}

// New brings the database's schema up to date and returns the store over it.
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
func (s *Store) CountPlaced(ctx context.Context, userID string, conditions sales.Conditions) (n int, err error) {
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

func (s *Store) within(tx *sqlx.Tx) transaction { return transaction{tx, s.db.Dialect(), s.commands} }

// transaction is a sales.Tx.
type transaction struct {
	tx       *sqlx.Tx
	dialect  sqldb.Dialect
	commands Commands
}

// query reads all rows. Slices among the arguments are expanded, as for IN (?).
func query[Row any](ctx context.Context, tx *sqlx.Tx, statement string, args ...any) ([]Row, error) {
	statement, args, err := sqlx.In(statement, args...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	err = tx.SelectContext(ctx, &rows, statement, args...)
	return rows, err
}
