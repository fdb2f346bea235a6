package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/natstest"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

const patience = 20 * time.Second

// publisher is a bus that can be down.
type publisher struct {
	mu        sync.Mutex
	down      bool
	published chan bus.Message
}

func newPublisher() *publisher { return &publisher{published: make(chan bus.Message, 1000)} }

func (p *publisher) Publish(_ context.Context, m bus.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return errors.New("down")
	}
	p.published <- m
	return nil
}

func (p *publisher) set(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

func (p *publisher) next(t *testing.T) bus.Message {
	t.Helper()
	select {
	case m := <-p.published:
		return m
	case <-time.After(patience):
		t.Fatal("nothing was published")
		return bus.Message{}
	}
}

func open(t *testing.T, database string) (*sqldb.DB, *outbox.Outbox) {
	t.Helper()
	db := sqldbtest.Open(t, database)
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	return db, out
}

func message(n int) bus.Message {
	digits := strconv.Itoa(n)
	return bus.Message{ID: "id-" + digits, Subject: "numbers." + digits, Data: []byte(digits)}
}

func add(t *testing.T, db *sqldb.DB, out *outbox.Outbox, m bus.Message, then error) {
	t.Helper()
	err := db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		require.NoError(t, out.Add(ctx, tx, m))
		return then
	})
	require.ErrorIs(t, err, then)
}

func relay(t *testing.T, out *outbox.Outbox, to outbox.Publisher) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- outbox.NewRelay(out, to, slog.New(slog.DiscardHandler)).Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
}

func pending(t *testing.T, db *sqldb.DB) int {
	t.Helper()
	var count int
	require.NoError(t, db.Read().GetContext(t.Context(), &count, `SELECT count(*) FROM outbox WHERE published_at IS NULL`))
	return count
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "outbox")
}

func TestOnlyCommittedMessagesArePublishedInOrder(t *testing.T) {
	t.Parallel()
	db, out := open(t, sqldbtest.New(t))
	to := newPublisher()
	stop := relay(t, out, to)
	defer stop()
	rollback := errors.New("rollback")
	for n := range 250 { // more than a batch
		var outcome error
		if n%5 == 0 {
			outcome = rollback
		}
		add(t, db, out, message(n), outcome)
	}
	for n := range 250 {
		if n%5 != 0 {
			require.Equal(t, message(n), to.next(t))
		}
	}
	require.Eventually(t, func() bool { return pending(t, db) == 0 }, patience, 10*time.Millisecond)
	stop()
	require.Empty(t, to.published)
}

func TestMessagesOfAddFirstOvertakeAllOthers(t *testing.T) {
	t.Parallel()
	db, out := open(t, sqldbtest.New(t))
	crowd := make([]bus.Message, 10_000)
	for n := range crowd {
		crowd[n] = message(n)
	}
	require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error { return out.AddAll(ctx, tx, crowd) }))
	answer := func(n int) bus.Message {
		return bus.Message{ID: "answer-" + strconv.Itoa(n), Subject: "answers", Data: []byte("yes")}
	}
	add := func(n int) {
		require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error { return out.AddFirst(ctx, tx, answer(n)) }))
	}
	add(1)
	add(2)
	to := &publisher{published: make(chan bus.Message)} // the relay is one message ahead
	stop := relay(t, out, to)
	require.Equal(t, answer(1), to.next(t))
	require.Equal(t, answer(2), to.next(t))
	require.Equal(t, message(0), to.next(t))
	add(3)
	for n := 1; ; n++ {
		require.Less(t, n, 200, "it overtakes all messages after the current batch")
		m := to.next(t)
		if m.ID == answer(3).ID {
			break
		}
		require.Equal(t, message(n), m)
	}
	go func() {
		for range to.published {
			continue
		}
	}()
	stop()
	close(to.published)
}

func TestWaitsWhileTheBusIsDown(t *testing.T) {
	t.Parallel()
	db, out := open(t, sqldbtest.New(t))
	to := newPublisher()
	to.set(true)
	stop := relay(t, out, to)
	defer stop()
	add(t, db, out, message(1), nil)
	add(t, db, out, message(2), nil)
	require.Equal(t, 2, pending(t, db))
	to.set(false)
	require.Equal(t, message(1), to.next(t))
	require.Equal(t, message(2), to.next(t))
}

func TestAnotherProcessPublishesTheRemainingMessages(t *testing.T) {
	t.Parallel()
	database := sqldbtest.New(t)
	db, out := open(t, database)
	add(t, db, out, message(1), nil) // the process dies before its relay runs

	_, again := open(t, database)
	to := newPublisher()
	stop := relay(t, again, to)
	defer stop()
	require.Equal(t, message(1), to.next(t))
}

func TestRelayToTheRealBus(t *testing.T) {
	t.Parallel()
	stream := bus.Stream{Name: "NUMBERS", Subjects: []string{"numbers.*"}}
	reader := bus.Consumer{Stream: stream}
	server := natstest.Start(t, bus.Access{Service: "test", Publishes: []bus.Stream{stream}, Reads: []bus.Consumer{reader}})
	messages := server.Connect(t, "test")
	db, out := open(t, sqldbtest.New(t))
	add(t, db, out, message(7), nil)
	defer relay(t, out, messages)()

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got bus.Message
	require.NoError(t, messages.Consume(ctx, reader, func(_ context.Context, m bus.Message) error {
		got = m
		cancel()
		return nil
	}))
	require.Equal(t, message(7), got)
}

// TestProcessesPublishTogetherOnceAndInOrder has two processes that change the same things and
// publish.
func TestProcessesPublishTogetherOnceAndInOrder(t *testing.T) {
	t.Parallel()
	if !sqldbtest.OnPostgres() {
		t.Skip("one process serves a SQLite file")
	}
	const things, changes = 3, 20
	database, to := sqldbtest.New(t), newPublisher()
	var all sync.WaitGroup
	for range 2 {
		db, out := open(t, database)
		require.NoError(t, db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
			_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS thing (id BIGINT PRIMARY KEY, version BIGINT NOT NULL);
				INSERT INTO thing SELECT id, 0 FROM generate_series(1, 3) AS id ON CONFLICT DO NOTHING`)
			return err
		}))
		defer relay(t, out, to)()
		for id := 1; id <= things; id++ {
			all.Go(func() {
				for range changes {
					if err := db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error { return change(ctx, tx, out, id) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	last := map[string]int{}
	for range 2 * things * changes {
		m := to.next(t)
		version, err := strconv.Atoi(string(m.Data))
		require.NoError(t, err)
		require.Equal(t, last[m.Subject]+1, version, m.Subject)
		last[m.Subject] = version
	}
	require.Empty(t, to.published)
}

// change stores the next version of a thing and adds a message about it.
func change(ctx context.Context, tx *sqlx.Tx, out *outbox.Outbox, id int) error {
	var version int
	if err := tx.GetContext(ctx, &version, `UPDATE thing SET version = version + 1 WHERE id = ? RETURNING version`, id); err != nil {
		return err
	}
	name := "things." + strconv.Itoa(id)
	return out.Add(ctx, tx, bus.Message{ID: name + "/" + strconv.Itoa(version), Subject: name, Data: []byte(strconv.Itoa(version))})
}
