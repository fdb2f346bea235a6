package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/filelock"
)

const fileReaders = 4

// file is the path of a SQLite file. One connection writes, so that writers queue in Go instead
// of failing with SQLITE_BUSY. Thanks to the write-ahead log, readers wait for nobody.
type file string

func (file) dialect() Dialect { return SQLite }

func (f file) String() string { return string(f) }

func (f file) exists(context.Context) error {
	_, err := os.Stat(string(f))
	return err
}

func (f file) prepare(context.Context) error { return os.MkdirAll(filepath.Dir(string(f)), 0o700) }

// claim locks a file beside the database. A lock on the database file itself would end as soon as
// this process closed any other descriptor of the file.
func (f file) claim() (io.Closer, error) {
	lock, err := filelock.Take(string(f) + ".lock")
	if errors.Is(err, filelock.ErrTaken) {
		err = fmt.Errorf("%w, or set DATABASE_URL to a Postgres server, "+
			"which several processes may share", err)
	}
	return lock, err
}

func (f file) pools(statements *meter) (writer, readers *sqlx.DB) {
	return f.pool(statements, 1, url.Values{"_txlock": {"immediate"}}),
		f.pool(statements, fileReaders, url.Values{"_query_only": {"1"}})
}

func (f file) pool(statements *meter, size int, options url.Values) *sqlx.DB {
	options.Set("_journal_mode", "WAL")
	options.Set("_synchronous", "FULL")
	options.Set("_busy_timeout", "5000")
	options.Set("_foreign_keys", "1")
	options.Set("_stmt_cache_size", "128") // preparing took a third of a short transaction
	path := (&url.URL{Path: string(f)}).EscapedPath()
	return newPool(fileConnector("file:"+path+"?"+options.Encode()), statements, nil, size)
}

// enter does nothing: BEGIN IMMEDIATE admits one writer.
func (file) enter(context.Context, *sqlx.Tx, bool) error { return nil }

func (file) alone(
	ctx context.Context, _ *sqlx.DB, _ string, fn func(context.Context) error,
) error {
	return fn(ctx)
}

// fileConnector is a data source name of SQLite.
type fileConnector string

func (fileConnector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (c fileConnector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.Driver().Open(string(c))
	if err != nil {
		return nil, fmt.Errorf("open connection: %w", err)
	}
	return opened, nil
}

func fileBusy(err error) bool {
	var failure sqlite3.Error
	return errors.As(err, &failure) &&
		(failure.Code == sqlite3.ErrBusy || failure.Code == sqlite3.ErrLocked)
}

func fileUnique(err error) (column string, broken bool) {
	var failure sqlite3.Error
	if !errors.As(err, &failure) || failure.Code != sqlite3.ErrConstraint {
		return "", false
	}
	_, columns, found := strings.Cut(failure.Error(), "UNIQUE constraint failed: ")
	column, _, _ = strings.Cut(columns, ",")
	return column, found
}
