// Package outbox publishes the messages of committed transactions.
//
// A store adds messages to the table outbox in the same transaction that changes its data. The
// Relay reads committed rows in order, publishes the messages and marks the rows. After a crash
// it publishes unmarked messages again with the same id, so the bus keeps one of them.
//
//	store ──Add(tx)──▶ table outbox ──Relay──▶ Publisher (the bus)
//
// If two transactions commit at the same time, the message with the higher position may be
// published before the other one is visible. So a transaction first changes the row that the
// message is about, and then adds the message. The next transaction that changes this row waits
// for the commit.
//
// Some messages have somebody waiting for them, such as replies. AddFirst puts these ahead of all
// other messages, of which there can be a million at once. Messages of AddFirst keep their order
// among themselves.
package outbox

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// The lanes. All messages of a lane are published before those of the next lane.
const (
	first = iota
	others
)

//go:embed migrations
var migrations embed.FS

// Outbox stores messages in the table outbox of a service's own database.
type Outbox struct {
	db   *sqldb.DB
	wake chan struct{}
}

// New returns the outbox of db and updates its table's schema.
func New(ctx context.Context, db *sqldb.DB) (*Outbox, error) {
	if err := sqldb.MigratePart(ctx, db, "outbox", migrations); err != nil {
		return nil, err
	}
	return &Outbox{db: db, wake: make(chan struct{}, 1)}, nil
}

// Add adds a message, which is published if and only if tx commits. Add fails if the outbox
// already has a message with this id.
func (o *Outbox) Add(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	return o.AddAll(ctx, tx, []bus.Message{m})
}

// AddFirst is Add for a message that is published before all messages of Add and AddAll.
func (o *Outbox) AddFirst(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	return o.add(ctx, tx, first, []bus.Message{m})
}

// AddAll adds messages, which are published in their order. It runs one statement for each
// thousand.
func (o *Outbox) AddAll(ctx context.Context, tx *sqlx.Tx, messages []bus.Message) error {
	return o.add(ctx, tx, others, messages)
}

func (o *Outbox) add(ctx context.Context, tx *sqlx.Tx, lane int, messages []bus.Message) error {
	const most = 1000
	now := time.Now().UnixMicro()
	for some := range slices.Chunk(messages, most) {
		var values []any
		for _, m := range some {
			values = append(values, m.ID, m.Subject, m.Data, now, lane)
		}
		insert := `INSERT INTO outbox (id, subject, data, created_at, lane) VALUES ` +
			strings.Repeat(", (?, ?, ?, ?, ?)", len(some))[2:]
		if _, err := tx.ExecContext(ctx, insert, values...); err != nil {
			return fmt.Errorf("add to outbox: %w", err)
		}
		o.db.AfterCommit(tx, o.wake)
	}
	return nil
}

// Pending returns how many messages are not published yet.
func (o *Outbox) Pending(ctx context.Context) (int, error) {
	var count int
	const statement = `SELECT count(*) FROM outbox WHERE published_at IS NULL`
	err := o.db.Read().GetContext(ctx, &count, statement)
	if err != nil {
		return 0, fmt.Errorf("count outbox: %w", err)
	}
	return count, nil
}
