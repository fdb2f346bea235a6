package sqldb_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

// clock is a time that changes only when the test sets it.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newProbe(t *testing.T, db *sqldb.DB) (*sqldb.Probe, *clock) {
	t.Helper()
	c := &clock{time.Unix(1_800_000_000, 0)}
	probe, err := sqldb.NewProbe(t.Context(), db, c.now)
	require.NoError(t, err)
	return probe, c
}

func TestAProbeWritesEveryFewSeconds(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, sqldbtest.New(t))
	probe, c := newProbe(t, db)
	require.NoError(t, probe.Write(t.Context()))
	before := db.Statements()
	for range 100 {
		require.NoError(t, probe.Write(t.Context()))
	}
	require.Equal(t, before, db.Statements())
	c.at = c.at.Add(5 * time.Second)
	require.NoError(t, probe.Write(t.Context()))
	require.Greater(t, db.Statements(), before)
}

// TestAProbeFindsADatabaseThatOnlyReads makes the writing connection of a SQLite file read-only.
func TestAProbeFindsADatabaseThatOnlyReads(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, filepath.Join(t.TempDir(), "test.db"))
	probe, c := newProbe(t, db)
	require.NoError(t, probe.Write(t.Context()))
	require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "PRAGMA query_only = on")
		return err
	}))
	c.at = c.at.Add(5 * time.Second)
	require.NoError(t, db.Ping(t.Context()))
	err := probe.Write(t.Context())
	require.ErrorContains(t, err, "readonly")
	require.True(t, sqldb.Unavailable(err))
	require.Equal(t, err, probe.Write(t.Context()), "the probe does not write again at once")
}

func TestWhatIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := sqldb.Open(t.Context(), "postgres://shop@127.0.0.1:1/shop")
	require.Error(t, err)
	require.True(t, sqldb.Unavailable(err), "no server")
	require.False(t, sqldb.Unavailable(nil))
	require.False(t, sqldb.Unavailable(errors.New("broken")))
	db := sqldbtest.Open(t, sqldbtest.New(t))
	err = db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "SELECT nothing FROM nowhere")
		return err
	})
	require.Error(t, err)
	require.False(t, sqldb.Unavailable(err), "the statement is wrong")
}

// door forwards connections to a server until it is shut.
type door struct {
	listener net.Listener
	to       string
	mutex    sync.Mutex
	open     []net.Conn
}

func newDoor(t *testing.T, to string) *door {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d := &door{listener: listener, to: to}
	t.Cleanup(d.shut)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := new(net.Dialer).DialContext(context.Background(), "tcp", d.to)
			if err != nil {
				_ = client.Close()
				continue
			}
			d.mutex.Lock()
			d.open = append(d.open, client, server)
			d.mutex.Unlock()
			go func() { _, _ = io.Copy(client, server) }()
			go func() { _, _ = io.Copy(server, client) }()
		}
	}()
	return d
}

// shut refuses new connections and closes the open ones.
func (d *door) shut() {
	_ = d.listener.Close()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, connection := range d.open {
		_ = connection.Close()
	}
}

func TestAServerThatIsGoneIsUnavailable(t *testing.T) {
	t.Parallel()
	direct, err := url.Parse(sqldbtest.Shared(t))
	require.NoError(t, err)
	d := newDoor(t, direct.Host)
	db := sqldbtest.Open(t, strings.Replace(direct.String(), direct.Host, d.listener.Addr().String(), 1))
	probe, c := newProbe(t, db)
	require.NoError(t, probe.Write(t.Context()))
	d.shut()
	c.at = c.at.Add(5 * time.Second)
	err = probe.Write(t.Context())
	require.Error(t, err)
	require.True(t, sqldb.Unavailable(err), "%v", err)
	err = db.Ping(t.Context())
	require.Error(t, err)
	require.True(t, sqldb.Unavailable(err), "%v", err)
}
