package sqldb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync/atomic"

	"github.com/mattn/go-sqlite3"
)

// meter is what every statement passes.
type meter struct {
	count  atomic.Int64
	before atomic.Pointer[func() error]
}

func (m *meter) pass() error {
	m.count.Add(1)
	return m.ask()
}

func (m *meter) ask() error {
	if before := m.before.Load(); before != nil {
		return (*before)()
	}
	return nil
}

// connector opens connections whose statements are counted. It embeds the
// driver's own types and overrides nothing but the calls that run SQL.
type connector struct {
	dsn        string
	statements *meter
}

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, fmt.Errorf("open connection: %w", err)
	}
	sqlite, ok := opened.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("open connection: unexpected %T", opened)
	}
	return &connection{SQLiteConn: sqlite, statements: c.statements}, nil
}

type connection struct {
	*sqlite3.SQLiteConn
	statements *meter
}

func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.statements.pass(); err != nil {
		return nil, err
	}
	return c.SQLiteConn.QueryContext(ctx, query, args)
}

func (c *connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.statements.pass(); err != nil {
		return nil, err
	}
	return c.SQLiteConn.ExecContext(ctx, query, args)
}

func (c *connection) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	prepared, err := c.SQLiteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	sqlite, ok := prepared.(*sqlite3.SQLiteStmt)
	if !ok {
		return nil, fmt.Errorf("prepare: unexpected %T", prepared)
	}
	return &statement{SQLiteStmt: sqlite, statements: c.statements}, nil
}

type statement struct {
	*sqlite3.SQLiteStmt
	statements *meter
}

func (s *statement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.statements.pass(); err != nil {
		return nil, err
	}
	return s.SQLiteStmt.QueryContext(ctx, args)
}

func (s *statement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.statements.pass(); err != nil {
		return nil, err
	}
	return s.SQLiteStmt.ExecContext(ctx, args)
}
