package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
)

const (
	serverWriters = 8
	serverReaders = 8
	connectWait   = 5 * time.Second
)

// server is one schema of a Postgres server: the schema that search_path in the URL names, or
// public.
type server struct {
	config *pgx.ConnConfig
	name   string
	schema string
}

func newServer(database string) (*server, error) {
	config, err := pgx.ParseConfig(database)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err) // pgx leaves the password out
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWait
	}
	s := &server{config: config, name: "postgres", schema: "public"}
	if named, err := url.Parse(database); err == nil {
		s.name = named.Redacted()
	}
	if chosen := config.RuntimeParams["search_path"]; chosen != "" {
		s.schema = chosen
	}
	config.RuntimeParams["search_path"] = pgx.Identifier{s.schema}.Sanitize()
	return s, nil
}

func (*server) dialect() Dialect { return Postgres }

func (s *server) String() string { return s.name }

// claim does nothing: several processes of a service may share a schema.
func (*server) claim() (io.Closer, error) { return io.NopCloser(nil), nil }

func (s *server) exists(ctx context.Context) error {
	return s.connected(ctx, func(conn *pgx.Conn) error {
		there, err := s.there(ctx, conn)
		if err == nil && !there {
			err = fmt.Errorf("schema %s is empty", s.schema)
		}
		return err
	})
}

func (s *server) there(ctx context.Context, conn *pgx.Conn) (there bool, err error) {
	table := pgx.Identifier{s.schema, "turn"}.Sanitize()
	err = conn.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, table).Scan(&there)
	return there, err
}

// prepare creates the schema and the table turn, which enter locks. If several processes do so at
// once, one succeeds and the others find the table there.
func (s *server) prepare(ctx context.Context) error {
	return s.connected(ctx, func(conn *pgx.Conn) error {
		if there, err := s.there(ctx, conn); there || err != nil {
			return err
		}
		schema := pgx.Identifier{s.schema}.Sanitize()
		_, err := conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema+`;
			CREATE TABLE IF NOT EXISTS `+schema+`.turn (name TEXT PRIMARY KEY)`)
		if there, _ := s.there(ctx, conn); there {
			return nil
		}
		return err
	})
}

func (s *server) connected(ctx context.Context, work func(*pgx.Conn) error) error {
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	return errors.Join(work(conn), conn.Close(ctx))
}

func (s *server) pools(statements *meter) (writer, readers *sqlx.DB) {
	writer = s.pool(statements, serverWriters, map[string]string{
		"default_transaction_isolation": "serializable",
	})
	readers = s.pool(statements, serverReaders, map[string]string{
		"default_transaction_isolation": "repeatable read", "default_transaction_read_only": "on",
	})
	return writer, readers
}

func (s *server) pool(statements *meter, size int, options map[string]string) *sqlx.DB {
	config := s.config.Copy()
	maps.Copy(config.RuntimeParams, options)
	return newPool(stdlib.GetConnector(*config), statements, forServer, size)
}

// enter takes a lock before the transaction reads anything. A long transaction, such as one that
// changes a price in a thousand baskets, can conflict with others again and again; alone, it
// succeeds. An advisory lock would not do: the SELECT that takes it also takes the snapshot.
func (s *server) enter(ctx context.Context, tx *sqlx.Tx, alone bool) error {
	lock := `LOCK TABLE turn IN ROW EXCLUSIVE MODE`
	if alone {
		lock = `LOCK TABLE turn IN SHARE ROW EXCLUSIVE MODE`
	}
	_, err := tx.ExecContext(ctx, lock)
	return err
}

// alone holds an advisory lock while fn runs. The lock belongs to the connection, so it also ends
// if the process is killed. No transaction is open meanwhile: it would keep the server from
// removing old rows.
func (s *server) alone(
	ctx context.Context, writer *sqlx.DB, name string, fn func(context.Context) error,
) error {
	conn, err := writer.Connx(ctx)
	if err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	defer func() { _ = conn.Close() }()
	key := s.lockKey(name)
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(?)`, key); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectWait)
		defer cancel()
		if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock(?)`, key); err != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // closes it, and so unlocks
		}
	}()
	return fn(ctx)
}

// lockKey returns the number of a lock. All schemas of a database share the numbers.
func (s *server) lockKey(name string) int64 {
	hash := fnv.New64a()
	_, _ = fmt.Fprintf(hash, "%q %q", s.schema, name)
	return int64(hash.Sum64())
}

// forServer numbers the placeholders and converts the values for Postgres. A boolean can go into
// a column of numbers, as on SQLite. Postgres stores neither U+0000 nor invalid UTF-8, so both
// become U+FFFD.
func forServer(statement string, values []driver.NamedValue) string {
	for i := range values {
		switch value := values[i].Value.(type) {
		case bool:
			values[i].Value = boolean(value)
		case string:
			values[i].Value = strings.ReplaceAll(strings.ToValidUTF8(value, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
	return sqlx.Rebind(sqlx.DOLLAR, statement)
}

// boolean is encoded as a boolean or as a number, whichever the server's column needs.
type boolean bool

// BoolValue implements pgtype.BoolValuer.
func (b boolean) BoolValue() (pgtype.Bool, error) {
	return pgtype.Bool{Bool: bool(b), Valid: true}, nil
}

// Int64Value implements pgtype.Int64Valuer.
func (b boolean) Int64Value() (pgtype.Int8, error) {
	n := pgtype.Int8{Valid: true}
	if b {
		n.Int64 = 1
	}
	return n, nil
}

// notSerializable reports whether a transaction failed with a serialization failure or a
// deadlock.
func notSerializable(err error) bool {
	code := serverCode(err)
	return code == "40001" || code == "40P01"
}

func serverCode(err error) string {
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		return failure.Code
	}
	return ""
}

// serverUnique reads the column from the error's detail, for example "Key
// (email)=(ada@example.org) already exists".
func serverUnique(err error) (column string, broken bool) {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) || failure.Code != "23505" {
		return "", false
	}
	_, columns, _ := strings.Cut(failure.Detail, "(")
	column, _, _ = strings.Cut(columns, ")")
	column, _, _ = strings.Cut(column, ",")
	return failure.TableName + "." + column, true
}
