package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

const (
	batch    = 100
	interval = time.Second
	keep     = 24 * time.Hour
)

// Publisher publishes a message reliably, or fails.
type Publisher interface {
	Publish(ctx context.Context, m bus.Message) error
}

// Relay moves messages from an outbox to a publisher.
type Relay struct {
	outbox    *Outbox
	publisher Publisher
	log       *slog.Logger
}

// NewRelay returns a relay of an outbox. The relays of several processes take turns.
func NewRelay(o *Outbox, publisher Publisher, log *slog.Logger) *Relay {
	return &Relay{outbox: o, publisher: publisher, log: log}
}

type row struct {
	Position int64  `db:"position"`
	ID       string `db:"id"`
	Subject  string `db:"subject"`
	Data     []byte `db:"data"`
}

// Run publishes messages, lane by lane and in the order in which they were added, until ctx ends;
// then it returns nil. It publishes a message immediately, and retries every second after a
// failure.
func (r *Relay) Run(ctx context.Context) error {
	failed := func(err error, repeated bool) {
		if !repeated { // log once, not every second
			r.log.Warn("cannot publish from the outbox, will retry", "error", err)
		}
	}
	loop := repeat.Loop{Pause: interval, Wake: r.outbox.wake, Failed: failed}
	return loop.Run(ctx, r.Drain)
}

// Drain publishes messages until none is pending. It stops when one fails, so that the order is
// kept. A message of AddFirst is published after the current batch.
func (r *Relay) Drain(ctx context.Context) error {
	return r.outbox.db.Alone(ctx, "outbox", func(ctx context.Context) error {
		for {
			rows, err := r.pending(ctx)
			if err != nil || len(rows) == 0 {
				return err
			}
			published, failure := r.publish(ctx, rows)
			if err := r.mark(ctx, published); err != nil {
				return err
			}
			if failure != nil {
				return failure
			}
		}
	})
}

func (r *Relay) publish(ctx context.Context, rows []row) (published []int64, err error) {
	for _, row := range rows {
		m := bus.Message{ID: row.ID, Subject: row.Subject, Data: row.Data}
		if err := r.publisher.Publish(ctx, m); err != nil {
			return published, err
		}
		published = append(published, row.Position)
	}
	return published, nil
}

func (r *Relay) pending(ctx context.Context) ([]row, error) {
	var rows []row
	err := r.outbox.db.Read().SelectContext(ctx, &rows, `
		SELECT position, id, subject, data FROM outbox
		WHERE published_at IS NULL ORDER BY lane, position LIMIT ?`, batch)
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return rows, nil
}

// mark marks messages as published, and deletes those published more than a day ago. It lists
// each position: a transaction with a lower position can still commit later.
func (r *Relay) mark(ctx context.Context, published []int64) error {
	if len(published) == 0 {
		return nil
	}
	now := time.Now()
	err := r.outbox.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		marked, args, err := sqlx.In(`UPDATE outbox SET published_at = ? WHERE position IN (?)`,
			now.UnixMicro(), published)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, marked, args...); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM outbox WHERE published_at < ?`,
			now.Add(-keep).UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("mark outbox: %w", err)
	}
	return nil
}
