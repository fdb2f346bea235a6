// Package command sends commands to another service until it replies.
//
// The outbox forgets a message once the bus has it. A command stays in its table until the other
// service has replied, so it is sent again even if the bus loses all its data. A store adds and
// deletes commands in the same transactions that change its data.
//
//	store ──Add(tx)──▶ table command ──Courier, 1 s … 30 s apart──▶ bus ──▶ another service
//	store ◀──Answered(tx)── the reply, whenever it comes
//
// So a command arrives at least once, and only after the transaction that added it has committed.
// The service that handles a command must give the same reply each time.
package command

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

//go:embed migrations
var migrations embed.FS

// Queue stores commands in the table command of a service's own database.
type Queue struct {
	db   *sqldb.DB
	now  func() time.Time
	wake chan struct{}
}

// NewQueue returns the queue of db and updates its table's schema. now returns the time.
func NewQueue(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Queue, error) {
	if err := sqldb.MigratePart(ctx, db, "command", migrations); err != nil {
		return nil, err
	}
	return &Queue{db: db, now: now, wake: make(chan struct{}, 1)}, nil
}

// Add adds a command, which is sent if and only if tx commits. If a command with this id still
// waits for its reply, Add does nothing.
func (q *Queue) Add(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	now := q.now().UnixMicro()
	_, err := tx.ExecContext(ctx, `
		INSERT INTO command (id, subject, data, due_at, created_at)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		m.ID, m.Subject, m.Data, now, now)
	if err != nil {
		return fmt.Errorf("add command: %w", err)
	}
	q.db.AfterCommit(tx, q.wake)
	return nil
}

// Answered deletes commands. It ignores ids that are deleted already.
func (q *Queue) Answered(ctx context.Context, tx *sqlx.Tx, ids ...string) error {
	statement, args, err := sqlx.In(`DELETE FROM command WHERE id IN (?)`, ids)
	if err == nil {
		_, err = tx.ExecContext(ctx, statement, args...)
	}
	if err != nil {
		return fmt.Errorf("forget command: %w", err)
	}
	return nil
}

// Pending returns how many commands wait for a reply.
func (q *Queue) Pending(ctx context.Context) (int, error) {
	var count int
	if err := q.db.Read().GetContext(ctx, &count, `SELECT count(*) FROM command`); err != nil {
		return 0, fmt.Errorf("count commands: %w", err)
	}
	return count, nil
}
