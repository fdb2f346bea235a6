package deadletter

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// ErrNoLetter says that no letter has the given id.
var ErrNoLetter = errors.New("no such dead letter")

// List returns all letters, ordered by the time they were first seen.
func (b *Box) List(ctx context.Context) (letters []Letter, err error) {
	const statement = `SELECT * FROM dead_letter ORDER BY first_seen, id`
	if err := b.db.Read().SelectContext(ctx, &letters, statement); err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	return letters, nil
}

// Retry hands a letter to the handler of its stream. It deletes the letter if the handler
// succeeds, and otherwise records the new error.
func (b *Box) Retry(ctx context.Context, id string, handlers map[string]bus.Handler) error {
	var l Letter
	err := b.db.Read().GetContext(ctx, &l, `SELECT * FROM dead_letter WHERE id = ?`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNoLetter
	}
	if err != nil {
		return fmt.Errorf("read dead letter: %w", err)
	}
	handle, known := handlers[l.Stream]
	if !known {
		return fmt.Errorf("this service does not read the stream %s", l.Stream)
	}
	message := bus.Message{ID: l.ID, Subject: l.Subject, Data: l.Data}
	if failure := handle(ctx, message); failure != nil {
		l.Reason, l.Deliveries, l.LastSeen = failure.Error(), 1, b.now().UnixMicro()
		return errors.Join(failure, b.park(ctx, l))
	}
	return b.Drop(ctx, id)
}

// Drop deletes a letter.
func (b *Box) Drop(ctx context.Context, id string) error {
	return b.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM dead_letter WHERE id = ?`, id)
		if err != nil {
			return fmt.Errorf("drop dead letter: %w", err)
		}
		if dropped, err := result.RowsAffected(); err != nil || dropped == 0 {
			return errors.Join(err, ErrNoLetter)
		}
		return nil
	})
}
