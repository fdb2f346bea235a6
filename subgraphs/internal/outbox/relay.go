package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

const (
	batch    = 100
	interval = time.Second
	keep     = 24 * time.Hour
)

// Publisher takes a message for good, or fails.
type Publisher interface {
	Publish(ctx context.Context, m bus.Message) error
}

// Relay moves messages from an outbox to a publisher.
type Relay struct {
	outbox    *Outbox
	publisher Publisher
	log       *slog.Logger
}

// NewRelay returns the relay of an outbox. A database has one relay at a time.
func NewRelay(o *Outbox, publisher Publisher, log *slog.Logger) *Relay {
	return &Relay{outbox: o, publisher: publisher, log: log}
}

type row struct {
	Position int64  `db:"position"`
	ID       string `db:"id"`
	Subject  string `db:"subject"`
	Data     []byte `db:"data"`
}

// Run publishes messages in the order they were added, at once and, what could
// not be published, again every second, until ctx ends; then it returns nil.
func (r *Relay) Run(ctx context.Context) error {
	timer := time.NewTicker(interval)
	defer timer.Stop()
	failing := false
	for {
		err := r.Drain(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !failing { // once, not every second
			r.log.Warn("outbox waits", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-r.outbox.wake:
		case <-timer.C:
		}
	}
}

// Drain publishes until nothing is pending or one fails: then the rest waits,
// so that order holds.
func (r *Relay) Drain(ctx context.Context) error {
	for {
		rows, err := r.pending(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		published := int64(0)
		for _, row := range rows {
			m := bus.Message{ID: row.ID, Subject: row.Subject, Data: row.Data}
			if err = r.publisher.Publish(ctx, m); err != nil {
				break
			}
			published = row.Position
		}
		if marked := r.mark(ctx, published); marked != nil {
			return marked
		}
		if err != nil {
			return err
		}
	}
}

func (r *Relay) pending(ctx context.Context) ([]row, error) {
	var rows []row
	err := r.outbox.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		return tx.SelectContext(ctx, &rows, `SELECT position, id, subject, data FROM outbox
			WHERE published_at IS NULL ORDER BY position LIMIT ?`, batch)
	})
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return rows, nil
}

// mark notes that everything up to a position is published, and forgets what
// was published long ago.
func (r *Relay) mark(ctx context.Context, position int64) error {
	if position == 0 {
		return nil
	}
	now := time.Now()
	err := r.outbox.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE outbox SET published_at = ?
			WHERE published_at IS NULL AND position <= ?`, now.UnixMicro(), position); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE published_at < ?`,
			now.Add(-keep).UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("mark outbox: %w", err)
	}
	return nil
}
