package deadletter_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

var (
	errPermanent = errors.New("permanent")
	errBusy      = errors.New("busy")
)

// fixture is a service that reads a stream through a guard. Its handler returns answer.
type fixture struct {
	db      *sqldb.DB
	box     *deadletter.Box
	deliver bus.Handler
	now     time.Time
	answer  error
	handled []bus.Message
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{db: sqldbtest.Open(t, sqldbtest.New(t)), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	box, err := deadletter.New(t.Context(), f.db, func() time.Time { return f.now })
	require.NoError(t, err)
	f.box = box
	guard := box.Guard(f, slog.New(slog.DiscardHandler), errPermanent)
	require.NoError(t, guard.Consume(t.Context(), bus.Consumer{Stream: bus.Stream{Name: "NUMBERS"}}, f.handle))
	return f
}

// Consume plays the bus: it keeps the handler, and the test calls it.
func (f *fixture) Consume(_ context.Context, _ bus.Consumer, handle bus.Handler) error {
	f.deliver = handle
	return nil
}

func (f *fixture) handle(_ context.Context, m bus.Message) error {
	if f.answer == nil {
		f.handled = append(f.handled, m)
	}
	return f.answer
}

// fail delivers a message a number of times, with a pause before each delivery except the first.
// It returns how often the guard returned an error.
func (f *fixture) fail(t *testing.T, m bus.Message, times int, pause time.Duration) (refused int) {
	t.Helper()
	for i := range times {
		if i > 0 {
			f.now = f.now.Add(pause)
		}
		if err := f.deliver(t.Context(), m); err != nil {
			require.ErrorIs(t, err, f.answer)
			refused++
		}
	}
	return refused
}

func (f *fixture) letters(t *testing.T) []deadletter.Letter {
	t.Helper()
	letters, err := f.box.List(t.Context())
	require.NoError(t, err)
	return letters
}

// run runs the command and returns what it prints.
func (f *fixture) run(t *testing.T, words ...string) (string, error) {
	t.Helper()
	var printed strings.Builder
	err := deadletter.Run(t.Context(), f.box, map[string]bus.Handler{"NUMBERS": f.handle}, words, &printed)
	return printed.String(), err
}

func message(n int) bus.Message {
	digits := strconv.Itoa(n)
	return bus.Message{ID: "id-" + digits, Subject: "numbers.a", Data: []byte(digits)}
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "dead_letter")
}

func TestAPermanentErrorParksAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.answer = fmt.Errorf("%w: seven\xff\x00", errPermanent)
	require.Zero(t, f.fail(t, message(7), 1, 0), "the message is done")
	letters := f.letters(t)
	require.Len(t, letters, 1)
	l := letters[0]
	require.Equal(t, []any{"NUMBERS", "numbers.a", "7", 1}, []any{l.Stream, l.Subject, string(l.Data), l.Deliveries})
	require.Contains(t, l.Reason, "permanent: seven")
	require.Equal(t, []int64{f.now.UnixMicro(), f.now.UnixMicro()}, []int64{l.FirstSeen, l.LastSeen})

	first := f.now
	f.now = f.now.Add(time.Minute)
	again := message(7)
	again.ID = "sent again"
	require.Zero(t, f.fail(t, again, 1, 0))
	require.Zero(t, f.fail(t, bus.Message{Subject: "numbers.b"}, 1, 0), "a message without data")
	letters = f.letters(t)
	require.Len(t, letters, 2, "copies are one letter")
	l = letters[0]
	require.Equal(t, []int64{first.UnixMicro(), f.now.UnixMicro(), 2}, []int64{l.FirstSeen, l.LastSeen, int64(l.Deliveries)})
}

func TestAFailureIsParkedAfterManyTriesAndMinutes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.answer = errBusy
	require.Equal(t, 100, f.fail(t, message(1), 100, time.Second), "many tries in a short time")
	require.Equal(t, 19, f.fail(t, message(2), 19, time.Minute), "few tries in a long time")
	require.Empty(t, f.letters(t))
	f.now = f.now.Add(time.Minute)
	require.Zero(t, f.fail(t, message(2), 1, 0))
	letters := f.letters(t)
	require.Len(t, letters, 1)
	require.Equal(t, []any{"busy", 20}, []any{letters[0].Reason, letters[0].Deliveries})
	require.Equal(t, 19*time.Minute, time.UnixMicro(letters[0].LastSeen).Sub(time.UnixMicro(letters[0].FirstSeen)))

	require.Zero(t, f.fail(t, message(2), 2, time.Minute), "a later copy is tried once")
	require.Equal(t, 22, f.letters(t)[0].Deliveries)
	f.answer = nil
	require.Zero(t, f.fail(t, message(2), 1, 0))
	require.Len(t, f.handled, 1, "and it is handled once the handler succeeds")
	f.answer = errBusy
	require.Equal(t, 19, f.fail(t, message(2), 19, time.Minute), "after a success the count starts again")

	require.Equal(t, 19, f.fail(t, message(3), 19, time.Minute))
	f.now = f.now.Add(2 * time.Hour)
	require.Equal(t, 1, f.fail(t, message(3), 1, 0), "old failures do not count")
}

// TestAMessageThatCannotBeParkedFails checks that nothing is parked while the database is
// unreachable or the service stops.
func TestAMessageThatCannotBeParkedFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	away := errors.New("away")
	f.db.Interpose(func() error { return away })
	f.answer = errBusy
	require.Equal(t, 30, f.fail(t, message(1), 30, time.Minute))
	f.answer = errPermanent
	require.ErrorIs(t, f.deliver(t.Context(), message(1)), away)
	f.db.Interpose(func() error { return nil })

	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, f.deliver(ended, message(1)), errPermanent)
	require.Empty(t, f.letters(t))
	require.Zero(t, f.fail(t, message(1), 1, 0))
	require.Equal(t, 32, f.letters(t)[0].Deliveries, "the letter counts all tries")
}

func TestTheCommand(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.answer = errPermanent
	for n := range 4 {
		f.now = f.now.Add(time.Second)
		f.fail(t, message(n), 1, 0)
	}
	letters := f.letters(t)
	printed, err := f.run(t, "list")
	require.NoError(t, err)
	require.Equal(t, 4, strings.Count(printed, `"permanent"`))
	require.Contains(t, printed, letters[2].ID+"  NUMBERS numbers.a  2026-01-01T00:00:03Z to 2026-01-01T00:00:03Z, tried 1 times\n    \"permanent\"\n    \"2\"\n")

	_, err = f.run(t, "drop", letters[0].ID)
	require.NoError(t, err)
	for _, verb := range []string{"drop", "retry"} {
		_, err = f.run(t, verb, letters[0].ID)
		require.ErrorIs(t, err, deadletter.ErrNoLetter, verb)
	}
	f.answer = errBusy
	_, err = f.run(t, "retry", letters[1].ID)
	require.ErrorIs(t, err, errBusy)
	require.Equal(t, []any{"busy", 2}, []any{f.letters(t)[0].Reason, f.letters(t)[0].Deliveries})
	f.answer = nil
	_, err = f.run(t, "retry", letters[1].ID)
	require.NoError(t, err)
	require.Equal(t, []bus.Message{{ID: letters[1].ID, Subject: "numbers.a", Data: []byte("1")}}, f.handled)

	f.answer = errBusy
	printed, err = f.run(t, "retry", "all")
	require.EqualError(t, err, "2 of 2 dead letters failed again")
	require.Equal(t, 2, strings.Count(printed, "  failed: busy\n"))
	f.answer = nil
	printed, err = f.run(t, "retry", "all")
	require.NoError(t, err)
	require.Equal(t, letters[2].ID+"  handled\n"+letters[3].ID+"  handled\n", printed)
	require.Empty(t, f.letters(t))
	require.Len(t, f.handled, 3)
}

func TestMistakesAreExplained(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, words := range [][]string{{"list", "all"}, {"retry"}, {"drop"}, {"bury", "x"}} {
		_, err := f.run(t, words...)
		require.ErrorContains(t, err, "retry ID", words)
	}
	f.answer = errPermanent
	f.fail(t, message(1), 1, 0)
	err := f.box.Retry(t.Context(), f.letters(t)[0].ID, nil)
	require.ErrorContains(t, err, "NUMBERS")
}

func TestOldAndSurplusLettersAreDeleted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.answer = errPermanent
	f.fail(t, message(-1), 1, 0)
	f.now = f.now.Add(31 * 24 * time.Hour)
	f.fail(t, message(-2), 1, 0)
	require.Len(t, f.letters(t), 1)
	for first := range 10 {
		require.NoError(t, f.db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
			return many(ctx, tx, 1000*first, f.now)
		}))
	}
	f.now = f.now.Add(time.Second)
	f.fail(t, message(-3), 1, 0)
	letters := f.letters(t)
	require.Len(t, letters, 10_000)
	require.Equal(t, "-3", string(letters[len(letters)-1].Data))
	require.Equal(t, "-2", string(letters[0].Data), "the two deleted letters are among those not seen for longest")
}

// many adds a thousand letters.
func many(ctx context.Context, tx *sqlx.Tx, first int, at time.Time) error {
	var values []any
	for n := range 1000 {
		values = append(values, fmt.Sprintf("dead_z%d", first+n), at.UnixMicro(), at.UnixMicro())
	}
	rows := strings.Repeat(", (?, 'S', 's', x'00', '', 1, ?, ?)", 1000)[2:]
	if sqldbtest.OnPostgres() {
		rows = strings.ReplaceAll(rows, "x'00'", `'\x00'`)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO dead_letter (id, stream, subject, data, reason, deliveries, first_seen, last_seen) VALUES `+rows, values...)
	return err
}
