package command_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

const patience = 20 * time.Second

// clock is a time that changes only when the test moves it.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.forward(time.Hour)
	return c
}

func (c *clock) now() time.Time          { return time.UnixMicro(c.micros.Load()) }
func (c *clock) forward(d time.Duration) { c.micros.Add(d.Microseconds()) }

// publisher is a bus that can be down. It notices if two couriers publish at the same time.
type publisher struct {
	down, crowded atomic.Bool
	inside        sync.Mutex
	published     chan bus.Message
}

func newPublisher() *publisher { return &publisher{published: make(chan bus.Message, 1000)} }

func (p *publisher) Publish(_ context.Context, m bus.Message) error {
	if !p.inside.TryLock() {
		p.crowded.Store(true)
		p.inside.Lock()
	}
	defer p.inside.Unlock()
	if p.down.Load() {
		return errors.New("down")
	}
	p.published <- m
	return nil
}

// taken returns the ids of the messages published since its last call.
func (p *publisher) taken() (ids []string) {
	for {
		select {
		case m := <-p.published:
			ids = append(ids, m.ID)
		default:
			return ids
		}
	}
}

// process is a service with a queue in its database.
type process struct {
	*command.Queue
	*command.Courier

	db *sqldb.DB
}

func start(t *testing.T, db *sqldb.DB, c *clock, to command.Publisher) process {
	t.Helper()
	queue, err := command.NewQueue(t.Context(), db, c.now)
	require.NoError(t, err)
	return process{queue, command.NewCourier(queue, to, slog.New(slog.DiscardHandler)), db}
}

func (p process) add(t *testing.T, then error, messages ...bus.Message) {
	t.Helper()
	require.ErrorIs(t, p.db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		for _, m := range messages {
			require.NoError(t, p.Add(ctx, tx, m))
		}
		return then
	}), then)
}

func (p process) answered(t *testing.T, ids ...string) {
	t.Helper()
	require.NoError(t, p.db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error { return p.Answered(ctx, tx, ids...) }))
}

func (p process) requirePending(t *testing.T, want int) {
	t.Helper()
	got, err := p.Pending(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func message(id string) bus.Message {
	return bus.Message{ID: id, Subject: "stock." + id, Data: []byte("{}")}
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "command")
}

func TestOnlyCommittedCommandsAreSent(t *testing.T) {
	t.Parallel()
	to := newPublisher()
	p := start(t, sqldbtest.Open(t, sqldbtest.New(t)), newClock(), to)
	p.add(t, errors.New("rollback"), message("a"))
	p.add(t, nil, message("b"))
	p.requirePending(t, 1)
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, bus.Message{ID: "b#1", Subject: "stock.b", Data: []byte("{}")}, <-to.published)
	require.Empty(t, to.taken())
}

// TestAddKeepsAWaitingCommand adds a command again under its id. Neither its data nor its due
// time changes.
func TestAddKeepsAWaitingCommand(t *testing.T) {
	t.Parallel()
	to, c := newPublisher(), newClock()
	p := start(t, sqldbtest.Open(t, sqldbtest.New(t)), c, to)
	p.add(t, nil, message("a"))
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, []string{"a#1"}, to.taken())

	other := message("a")
	other.Data = []byte("other")
	p.add(t, nil, other)
	p.requirePending(t, 1)
	require.NoError(t, p.Deliver(t.Context()))
	require.Empty(t, to.taken(), "the second Add does not make it due")
	c.forward(time.Second)
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, bus.Message{ID: "a#2", Subject: "stock.a", Data: []byte("{}")}, <-to.published)

	p.answered(t, "a")
	p.add(t, nil, other)
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, bus.Message{ID: "a#1", Subject: "stock.a", Data: []byte("other")}, <-to.published, "after the reply it is a new command")
}

func TestAnAnsweredCommandIsNotSentAgain(t *testing.T) {
	t.Parallel()
	to, c := newPublisher(), newClock()
	p := start(t, sqldbtest.Open(t, sqldbtest.New(t)), c, to)
	p.add(t, nil, message("a"), message("b"), message("c"))
	p.answered(t, "c") // before it was sent
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, []string{"a#1", "b#1"}, to.taken())
	p.answered(t, "a", "a", "unknown")
	p.answered(t, "a")
	p.requirePending(t, 1)
	c.forward(time.Hour)
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, []string{"b#2"}, to.taken())
}

// TestACommandWaitsLongerEachTimeUpToHalfAMinute checks just before each command is due, and when
// it is.
func TestACommandWaitsLongerEachTimeUpToHalfAMinute(t *testing.T) {
	t.Parallel()
	to, c := newPublisher(), newClock()
	p := start(t, sqldbtest.Open(t, sqldbtest.New(t)), c, to)
	p.add(t, nil, message("a"))
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, []string{"a#1"}, to.taken())
	for i, seconds := range []time.Duration{1, 2, 4, 8, 16, 30, 30, 30, 30} {
		c.forward(seconds*time.Second - time.Microsecond)
		require.NoError(t, p.Deliver(t.Context()))
		require.Empty(t, to.taken(), "before %d s", seconds)
		c.forward(time.Microsecond)
		require.NoError(t, p.Deliver(t.Context()))
		require.Equal(t, []string{fmt.Sprintf("a#%d", i+2)}, to.taken(), "after %d s", seconds)
	}
}

// TestACommandThatTheBusRefusesStaysDue has a bus that is down. The failed tries do not lengthen
// the wait.
func TestACommandThatTheBusRefusesStaysDue(t *testing.T) {
	t.Parallel()
	to, c := newPublisher(), newClock()
	p := start(t, sqldbtest.Open(t, sqldbtest.New(t)), c, to)
	to.down.Store(true)
	p.add(t, nil, message("a"), message("b"))
	for range 10 {
		require.Error(t, p.Deliver(t.Context()))
	}
	to.down.Store(false)
	require.NoError(t, p.Deliver(t.Context()))
	require.Equal(t, []string{"a#1", "b#1"}, to.taken())
}

// TestAfterARestartAllCommandsAreSentSoon stops a process that had sent a command for days.
func TestAfterARestartAllCommandsAreSentSoon(t *testing.T) {
	t.Parallel()
	to, c, db := newPublisher(), newClock(), sqldbtest.Open(t, sqldbtest.New(t))
	before := start(t, db, c, to)
	before.add(t, nil, message("a"))
	for range 20 {
		require.NoError(t, before.Deliver(t.Context()))
		require.Len(t, to.taken(), 1)
		c.forward(24 * time.Hour)
	}
	require.NoError(t, before.Deliver(t.Context()))
	require.Equal(t, []string{"a#21"}, to.taken())

	again := start(t, db, c, to)
	c.forward(30 * time.Second)
	require.NoError(t, again.Deliver(t.Context()))
	require.Equal(t, []string{"a#22"}, to.taken())
}

func TestACourierSendsImmediatelyUntilItIsStopped(t *testing.T) {
	t.Parallel()
	to := newPublisher()
	p := start(t, sqldbtest.Open(t, sqldbtest.New(t)), newClock(), to)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	for _, id := range []string{"a", "b"} {
		p.add(t, nil, message(id))
		select {
		case m := <-to.published:
			require.Equal(t, id+"#1", m.ID)
		case <-time.After(patience):
			require.Fail(t, "nothing was sent")
		}
	}
	cancel()
	require.NoError(t, <-ended)
}

// TestCouriersTakeTurns has four couriers send more commands than fit into a batch. Each command
// is sent once, by one courier at a time.
func TestCouriersTakeTurns(t *testing.T) {
	t.Parallel()
	const commands = 250
	to, c, database := newPublisher(), newClock(), sqldbtest.New(t)
	db := sqldbtest.Open(t, database)
	couriers := []process{start(t, db, c, to)}
	for range 3 {
		if sqldbtest.OnPostgres() { // one process serves a SQLite file
			db = sqldbtest.Open(t, database)
		}
		couriers = append(couriers, start(t, db, c, to))
	}
	var messages []bus.Message
	var want []string
	for i := range commands {
		messages = append(messages, message(fmt.Sprint(i)))
		want = append(want, fmt.Sprintf("%d#1", i))
	}
	couriers[0].add(t, nil, messages...)

	var all sync.WaitGroup
	for _, courier := range couriers {
		all.Go(func() {
			if err := courier.Deliver(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.ElementsMatch(t, want, to.taken())
	require.False(t, to.crowded.Load())
	couriers[0].requirePending(t, commands)
}
