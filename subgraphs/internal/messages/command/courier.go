package command

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const (
	batch     = 100
	interval  = time.Second
	firstWait = time.Second
	// lastWait is also the longest wait after a restart of either service, because the table
	// stores when each command is due.
	lastWait = 30 * time.Second
)

// Publisher publishes a message reliably, or fails.
type Publisher interface {
	Publish(ctx context.Context, m bus.Message) error
}

// Courier sends the commands of a queue.
type Courier struct {
	queue     *Queue
	publisher Publisher
	log       *slog.Logger
}

// NewCourier returns a courier of a queue. The couriers of several processes take turns.
func NewCourier(q *Queue, publisher Publisher, log *slog.Logger) *Courier {
	return &Courier{queue: q, publisher: publisher, log: log}
}

type row struct {
	ID      string `db:"id"`
	Subject string `db:"subject"`
	Data    []byte `db:"data"`
	Sent    int    `db:"sent"`
}

// Run sends each command immediately, and again until it is answered. It returns nil when ctx
// ends.
func (c *Courier) Run(ctx context.Context) error {
	failed := func(err error, repeated bool) {
		if !repeated { // log once, not every second
			c.log.Warn("cannot send commands, will retry", "error", err)
		}
	}
	loop := repeat.Loop{Pause: interval, Wake: c.queue.wake, Failed: failed}
	return loop.Run(ctx, c.Deliver)
}

// Deliver sends all commands that are due. After a successful send, a command waits longer than
// before. A command that the bus did not accept stays due.
func (c *Courier) Deliver(ctx context.Context) error {
	return c.queue.db.Alone(ctx, "command", c.deliver)
}

func (c *Courier) deliver(ctx context.Context) error {
	for {
		rows, err := c.due(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		sent, failure := c.publish(ctx, rows)
		if err := c.mark(ctx, rows[:sent]); err != nil {
			return err
		}
		if failure != nil || len(rows) < batch {
			return failure
		}
	}
}

// publish gives each try an id of its own. The bus keeps only one message with an id, so a second
// try under the same id would not get through.
func (c *Courier) publish(ctx context.Context, rows []row) (sent int, err error) {
	for _, r := range rows {
		m := bus.Message{ID: r.ID + "#" + strconv.Itoa(r.Sent+1), Subject: r.Subject, Data: r.Data}
		if err := c.publisher.Publish(ctx, m); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

func (c *Courier) due(ctx context.Context) (rows []row, err error) {
	err = c.queue.db.Read().SelectContext(ctx, &rows, `SELECT id, subject, data, sent FROM command
		WHERE due_at <= ? ORDER BY due_at, id LIMIT ?`, c.queue.now().UnixMicro(), batch)
	if err != nil {
		return nil, fmt.Errorf("read commands: %w", err)
	}
	return rows, nil
}

// mark sets when the commands are due again.
func (c *Courier) mark(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	now := c.queue.now()
	err := c.queue.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		for _, r := range rows {
			_, err := tx.ExecContext(ctx, `UPDATE command SET sent = sent + 1, due_at = ? WHERE id = ?`,
				now.Add(wait(r.Sent)).UnixMicro(), r.ID)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("mark commands: %w", err)
	}
	return nil
}

func wait(sent int) time.Duration { return repeat.Doubled(firstWait, sent, lastWait) }
