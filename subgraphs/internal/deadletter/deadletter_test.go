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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/deadletter"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldbtest"
)

var (
	errSenseless = errors.New("senseless")
	errBusy      = errors.New("busy")
)

// desk is a service that reads a stream through a guard. Its handler returns answer.
type desk struct {
	db      *sqldb.DB
	box     *deadletter.Box
	deliver bus.Handler
	now     time.Time
	answer  error
	handled []bus.Message
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{db: sqldbtest.Open(t, sqldbtest.New(t)), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	box, err := deadletter.New(t.Context(), d.db, func() time.Time { return d.now })
	require.NoError(t, err)
	d.box = box
	guard := box.Guard(d, slog.New(slog.DiscardHandler), errSenseless)
	require.NoError(t, guard.Consume(t.Context(), bus.Consumer{Stream: bus.Stream{Name: "NUMBERS"}}, d.handle))
	return d
}

// Consume plays the bus: it keeps the handler, and the test calls it.
func (d *desk) Consume(_ context.Context, _ bus.Consumer, handle bus.Handler) error {
	d.deliver = handle
	return nil
}

func (d *desk) handle(_ context.Context, m bus.Message) error {
	if d.answer == nil {
		d.handled = append(d.handled, m)
	}
	return d.answer
}

// fail delivers a message a number of times, with a pause before each delivery except the first.
// It returns how often the guard returned an error.
func (d *desk) fail(t *testing.T, m bus.Message, times int, pause time.Duration) (refused int) {
	t.Helper()
	for i := range times {
		if i > 0 {
			d.now = d.now.Add(pause)
		}
		if err := d.deliver(t.Context(), m); err != nil {
			require.ErrorIs(t, err, d.answer)
			refused++
		}
	}
	return refused
}

func (d *desk) letters(t *testing.T) []deadletter.Letter {
	t.Helper()
	letters, err := d.box.List(t.Context())
	require.NoError(t, err)
	return letters
}

// run runs the command and returns what it prints.
func (d *desk) run(t *testing.T, words ...string) (string, error) {
	t.Helper()
	var printed strings.Builder
	err := deadletter.Run(t.Context(), d.box, map[string]bus.Handler{"NUMBERS": d.handle}, words, &printed)
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
	d := newDesk(t)
	d.answer = fmt.Errorf("%w: seven\xff\x00", errSenseless)
	require.Zero(t, d.fail(t, message(7), 1, 0), "the message is done")
	letters := d.letters(t)
	require.Len(t, letters, 1)
	l := letters[0]
	require.Equal(t, []any{"NUMBERS", "numbers.a", "7", 1}, []any{l.Stream, l.Subject, string(l.Data), l.Deliveries})
	require.Contains(t, l.Reason, "senseless: seven")
	require.Equal(t, []int64{d.now.UnixMicro(), d.now.UnixMicro()}, []int64{l.FirstSeen, l.LastSeen})

	first := d.now
	d.now = d.now.Add(time.Minute)
	again := message(7)
	again.ID = "sent again"
	require.Zero(t, d.fail(t, again, 1, 0))
	require.Zero(t, d.fail(t, bus.Message{Subject: "numbers.b"}, 1, 0), "a message without data")
	letters = d.letters(t)
	require.Len(t, letters, 2, "copies are one letter")
	l = letters[0]
	require.Equal(t, []int64{first.UnixMicro(), d.now.UnixMicro(), 2}, []int64{l.FirstSeen, l.LastSeen, int64(l.Deliveries)})
}

func TestAFailureIsParkedAfterManyTriesAndMinutes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.answer = errBusy
	require.Equal(t, 100, d.fail(t, message(1), 100, time.Second), "many tries in a short time")
	require.Equal(t, 19, d.fail(t, message(2), 19, time.Minute), "few tries in a long time")
	require.Empty(t, d.letters(t))
	d.now = d.now.Add(time.Minute)
	require.Zero(t, d.fail(t, message(2), 1, 0))
	letters := d.letters(t)
	require.Len(t, letters, 1)
	require.Equal(t, []any{"busy", 20}, []any{letters[0].Reason, letters[0].Deliveries})
	require.Equal(t, 19*time.Minute, time.UnixMicro(letters[0].LastSeen).Sub(time.UnixMicro(letters[0].FirstSeen)))

	require.Zero(t, d.fail(t, message(2), 2, time.Minute), "a later copy is tried once")
	require.Equal(t, 22, d.letters(t)[0].Deliveries)
	d.answer = nil
	require.Zero(t, d.fail(t, message(2), 1, 0))
	require.Len(t, d.handled, 1, "and it is handled once the handler succeeds")
	d.answer = errBusy
	require.Equal(t, 19, d.fail(t, message(2), 19, time.Minute), "after a success the count starts again")

	require.Equal(t, 19, d.fail(t, message(3), 19, time.Minute))
	d.now = d.now.Add(2 * time.Hour)
	require.Equal(t, 1, d.fail(t, message(3), 1, 0), "old failures do not count")
}

// TestAMessageThatCannotBeParkedFails checks that nothing is parked while the database is
// unreachable or the service stops.
func TestAMessageThatCannotBeParkedFails(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	away := errors.New("away")
	d.db.Interpose(func() error { return away })
	d.answer = errBusy
	require.Equal(t, 30, d.fail(t, message(1), 30, time.Minute))
	d.answer = errSenseless
	require.ErrorIs(t, d.deliver(t.Context(), message(1)), away)
	d.db.Interpose(func() error { return nil })

	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, d.deliver(ended, message(1)), errSenseless)
	require.Empty(t, d.letters(t))
	require.Zero(t, d.fail(t, message(1), 1, 0))
	require.Equal(t, 32, d.letters(t)[0].Deliveries, "the letter counts all tries")
}

func TestTheCommand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.answer = errSenseless
	for n := range 4 {
		d.now = d.now.Add(time.Second)
		d.fail(t, message(n), 1, 0)
	}
	letters := d.letters(t)
	printed, err := d.run(t, "list")
	require.NoError(t, err)
	require.Equal(t, 4, strings.Count(printed, `"senseless"`))
	require.Contains(t, printed, letters[2].ID+"  NUMBERS numbers.a  2026-01-01T00:00:03Z to 2026-01-01T00:00:03Z, tried 1 times\n    \"senseless\"\n    \"2\"\n")

	_, err = d.run(t, "drop", letters[0].ID)
	require.NoError(t, err)
	for _, verb := range []string{"drop", "retry"} {
		_, err = d.run(t, verb, letters[0].ID)
		require.ErrorIs(t, err, deadletter.ErrNoLetter, verb)
	}
	d.answer = errBusy
	_, err = d.run(t, "retry", letters[1].ID)
	require.ErrorIs(t, err, errBusy)
	require.Equal(t, []any{"busy", 2}, []any{d.letters(t)[0].Reason, d.letters(t)[0].Deliveries})
	d.answer = nil
	_, err = d.run(t, "retry", letters[1].ID)
	require.NoError(t, err)
	require.Equal(t, []bus.Message{{ID: letters[1].ID, Subject: "numbers.a", Data: []byte("1")}}, d.handled)

	d.answer = errBusy
	printed, err = d.run(t, "retry", "all")
	require.EqualError(t, err, "2 of 2 dead letters failed again")
	require.Equal(t, 2, strings.Count(printed, "  failed: busy\n"))
	d.answer = nil
	printed, err = d.run(t, "retry", "all")
	require.NoError(t, err)
	require.Equal(t, letters[2].ID+"  handled\n"+letters[3].ID+"  handled\n", printed)
	require.Empty(t, d.letters(t))
	require.Len(t, d.handled, 3)
}

func TestMistakesAreExplained(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, words := range [][]string{{"list", "all"}, {"retry"}, {"drop"}, {"bury", "x"}} {
		_, err := d.run(t, words...)
		require.ErrorContains(t, err, "retry ID", words)
	}
	d.answer = errSenseless
	d.fail(t, message(1), 1, 0)
	err := d.box.Retry(t.Context(), d.letters(t)[0].ID, nil)
	require.ErrorContains(t, err, "NUMBERS")
}

func TestOldAndSurplusLettersAreDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.answer = errSenseless
	d.fail(t, message(-1), 1, 0)
	d.now = d.now.Add(31 * 24 * time.Hour)
	d.fail(t, message(-2), 1, 0)
	require.Len(t, d.letters(t), 1)
	for first := range 10 {
		require.NoError(t, d.db.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
			return many(ctx, tx, 1000*first, d.now)
		}))
	}
	d.now = d.now.Add(time.Second)
	d.fail(t, message(-3), 1, 0)
	letters := d.letters(t)
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
