// Package outbox publishes what a transaction decided, and nothing else.
//
// A store adds messages to the table outbox in the very transaction that
// changes its data; the Relay reads committed rows in their order, publishes
// them and marks them. After a crash it publishes again what it had not marked,
// with the same id, so the bus keeps one.
//
//	store ──Add(tx)──▶ table outbox ──Relay──▶ Publisher (the bus)
//
// Of transactions that commit at once the later message may be published before
// the earlier one is there. So who tells of a thing changes its row first, and
// then adds the message: the next one to change it comes after the commit.
//
// Somebody waits for some messages, such as an answer; AddFirst puts those ahead of all others, of
// which there can be a million at once. Among themselves they keep their order.
package outbox

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

// The lanes, each of which is empty before the next one is published.
const (
	first = iota
	others
)

//go:embed migrations
var migrations embed.FS

// Outbox is the table outbox of a service's own database.
type Outbox struct {
	db   *sqldb.DB
	wake chan struct{}
}

// New returns the outbox of db and brings its table up to date.
func New(ctx context.Context, db *sqldb.DB) (*Outbox, error) {
	if err := sqldb.MigratePart(ctx, db, "outbox", migrations); err != nil {
		return nil, err
	}
	return &Outbox{db: db, wake: make(chan struct{}, 1)}, nil
}

// Add puts a message into the outbox: it will be published if, and only if, tx
// commits. Its id must be new; adding it twice fails.
func (o *Outbox) Add(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	return o.AddAll(ctx, tx, []bus.Message{m})
}

// AddFirst is Add for a message that is published before all those of Add and AddAll.
func (o *Outbox) AddFirst(ctx context.Context, tx *sqlx.Tx, m bus.Message) error {
	return o.add(ctx, tx, first, []bus.Message{m})
}

// AddAll adds messages, which will be published in their order. Up to a thousand are one statement.
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
		rows := strings.Repeat(", (?, ?, ?, ?, ?)", len(some))[2:]
		if _, err := tx.ExecContext(ctx, `INSERT INTO outbox (id, subject, data, created_at, lane) VALUES `+rows, values...); err != nil {
			return fmt.Errorf("add to outbox: %w", err)
		}
		o.db.AfterCommit(tx, o.wake)
	}
	return nil
}

// Pending tells how many messages wait to be published.
func (o *Outbox) Pending(ctx context.Context) (int, error) {
	var count int
	err := o.db.Read().GetContext(ctx, &count, `SELECT count(*) FROM outbox WHERE published_at IS NULL`)
	if err != nil {
		return 0, fmt.Errorf("count outbox: %w", err)
	}
	return count, nil
}
