package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/jmoiron/sqlx"
)

// meter counts the statements, and can fail them.
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

// translation rewrites a statement for a driver, and converts its values in place.
type translation func(statement string, values []driver.NamedValue) string

// newPool returns a pool whose statements mark values with ?, whatever the driver uses.
func newPool(from driver.Connector, statements *meter, translate translation, size int) *sqlx.DB {
	if translate == nil {
		translate = func(statement string, _ []driver.NamedValue) string { return statement }
	}
	opened := sql.OpenDB(connector{from, statements, translate})
	opened.SetMaxOpenConns(size)
	opened.SetMaxIdleConns(size)
	return sqlx.NewDb(opened, "sqlite3") // sqlx uses the name only to choose the placeholder
}

// connector opens connections whose statements are counted and translated.
type connector struct {
	driver.Connector
	statements *meter
	translate  translation
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	able, ok := opened.(conn)
	if !ok {
		return nil, fmt.Errorf("open connection: unexpected %T", opened)
	}
	return &connection{able, c.statements, c.translate}, nil
}

// conn is the interface that the connections of both drivers implement.
type conn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
}

// connection forwards all calls, and counts and translates the statements.
type connection struct {
	conn
	statements *meter
	translate  translation
}

// ResetSession implements driver.SessionResetter: a pool calls it before it reuses the
// connection.
func (c *connection) ResetSession(ctx context.Context) error {
	if resetter, ok := c.conn.(driver.SessionResetter); ok {
		return resetter.ResetSession(ctx)
	}
	return nil
}

func (c *connection) QueryContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Rows, error) {
	if err := c.statements.pass(); err != nil {
		return nil, err
	}
	return c.conn.QueryContext(ctx, c.translate(query, args), args)
}

func (c *connection) ExecContext(
	ctx context.Context, query string, args []driver.NamedValue,
) (driver.Result, error) {
	if strings.HasPrefix(query, "LOCK ") { // part of BEGIN, so it is not counted
		return c.conn.ExecContext(ctx, query, args)
	}
	if err := c.statements.pass(); err != nil {
		return nil, err
	}
	return c.conn.ExecContext(ctx, c.translate(query, args), args)
}

func (c *connection) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	prepared, err := c.conn.PrepareContext(ctx, c.translate(query, nil))
	if err != nil {
		return nil, err
	}
	able, ok := prepared.(stmt)
	if !ok {
		return nil, fmt.Errorf("prepare: unexpected %T", prepared)
	}
	return &statement{able, c.statements, c.translate}, nil
}

type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type statement struct {
	stmt
	statements *meter
	translate  translation
}

func (s *statement) QueryContext(
	ctx context.Context, args []driver.NamedValue,
) (driver.Rows, error) {
	if err := s.statements.pass(); err != nil {
		return nil, err
	}
	s.translate("", args)
	return s.stmt.QueryContext(ctx, args)
}

func (s *statement) ExecContext(
	ctx context.Context, args []driver.NamedValue,
) (driver.Result, error) {
	if err := s.statements.pass(); err != nil {
		return nil, err
	}
	s.translate("", args)
	return s.stmt.ExecContext(ctx, args)
}
