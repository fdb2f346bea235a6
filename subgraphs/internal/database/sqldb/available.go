package sqldb

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// Unavailable reports whether err says that the database is unreachable or takes no writes. The
// same request can succeed later, unlike one with a wrong statement.
func Unavailable(err error) bool {
	return fileUnavailable(err) || serverUnavailable(err)
}

func fileUnavailable(err error) bool {
	var failure sqlite3.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrReadonly,
		sqlite3.ErrCantOpen, sqlite3.ErrNomem:
		return true
	}
	return false
}

// serverUnavailable also recognizes a connection that breaks while it is in use.
func serverUnavailable(err error) bool {
	var connecting *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.As(err, &connecting), errors.As(err, &network), pgconn.SafeToRetry(err),
		errors.Is(err, driver.ErrBadConn), errors.Is(err, net.ErrClosed),
		errors.Is(err, io.ErrUnexpectedEOF):
		return true
	}
	code := serverCode(err)
	for _, class := range []string{
		"08",           // connection exceptions
		"53",           // too many connections, no memory, a full disk
		"57P",          // the server is starting or shutting down
		"58",           // an error in the server's files
		"25006",        // the server is read-only
		"40001", "40P", // conflicts with other transactions outlasted the retries
	} {
		if code != "" && strings.HasPrefix(code, class) {
			return true
		}
	}
	return false
}
