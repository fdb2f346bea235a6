// Package command sends what has to be answered, until it is.
//
// The package outbox forgets a message when the bus has it. A command stays in its table until the
// application that it is for has answered: the bus may lose all it holds, and the command comes
// again. A store adds and deletes commands in the very transactions that change its data.
//
//	store ──Add(tx)──▶ table command ──Courier, 1 s … 30 s apart──▶ bus ──▶ another service
//	store ◀──Answered(tx)── the reply, whenever it comes
//
// So a command comes once or often, and never before what it follows from was committed. Who
// handles commands must give the same answer each time.
package command

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

//go:embed migrations
var migrations embed.FS

// Queue is the table command of a service's own database.
type Queue struct {
	db   *sqldb.DB
	now  func() time.Time
	wake chan struct{}
}

// NewQueue returns the queue of db and brings its table up to date; now tells the time.
func NewQueue(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Queue, error) {
	if err := sqldb.MigratePart(ctx, db, "command", migrations); err != nil {
		return nil, err
	}
	return &Queue{db: db, now: now, wake: make(chan struct{}, 1)}, nil
}

// Add makes a message a command: it is sent if, and only if, tx commits. One that waits for an
// answer under the same id is left as it is.
func (q *Queue) Add(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	now := q.now().UnixMicro()
	_, err := tx.ExecContext(ctx,
		`INSERT INTO command (id, subject, data, due_at, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		m.ID, m.Subject, m.Data, now, now)
	if err != nil {
		return fmt.Errorf("add command: %w", err)
	}
	q.db.AfterCommit(tx, q.wake)
	return nil
}

// Answered forgets commands. Those that are forgotten already may be named again.
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

// Pending tells how many commands wait for an answer.
func (q *Queue) Pending(ctx context.Context) (int, error) {
	var count int
	if err := q.db.Read().GetContext(ctx, &count, `SELECT count(*) FROM command`); err != nil {
		return 0, fmt.Errorf("count commands: %w", err)
	}
	return count, nil
}
