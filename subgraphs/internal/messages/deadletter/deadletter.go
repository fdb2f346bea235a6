// Package deadletter keeps messages that a service could not handle, so that a person can look at
// them.
//
//	bus ──▶ Guard ──▶ handler ── nil ──▶ done
//	          │          └── an error ──▶ delivered again later
//	          └── permanent, or too many errors ──▶ table dead_letter ──▶ done
//	                                                    │
//	          dead list ◀───────────────────────────────┤
//	          dead retry ──▶ the same handler ◀─────────┘
//
// A guard parks a message at once if the handler returns one of the errors that are permanent,
// such as the error for a malformed message. With any other error it parks the message after 20
// tries (Tries) over at least 5 minutes (Patience). By then a service that was only busy or
// starting has recovered. The table dead_letter is in the service's own database, so nothing is
// parked while that database is unreachable: the bus keeps the message, however long this takes.
//
// # Parking loses nothing
//
// A service sends a command until it gets the reply, and product replies again to a repeated
// command. This also holds while a copy is parked: once the cause is fixed, the next copy gets
// through. The guard tries each later copy once. Copies have the same content, so they are one
// letter. The stream of products holds the newest state of each, and a service reads it from the
// beginning at each start. So a letter makes a failure visible, and lets an operator retry
// sooner.
//
// A retry is safe at any age. The handlers of commands and replies accept them repeated, late and
// in any order, and a product's state is only replaced by a newer version.
//
// # How long letters are kept
//
// A letter is deleted 30 days after it was last seen. Of more than 10,000 letters, those are
// deleted that were not seen for the longest time.
package deadletter

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

const (
	keepFor    = 30 * 24 * time.Hour
	maxLetters = 10_000
	maxReason  = 1000
)

//go:embed migrations
var migrations embed.FS

// Box stores letters in the table dead_letter of a service's own database.
type Box struct {
	db  *sqldb.DB
	now func() time.Time
}

// New returns the box of db and updates its table's schema. now returns the time.
func New(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Box, error) {
	if err := sqldb.MigratePart(ctx, db, "dead_letter", migrations); err != nil {
		return nil, err
	}
	return &Box{db, now}, nil
}

// Letter is a message that could not be handled. All copies of a message are one letter.
type Letter struct {
	ID         string `db:"id"`
	Stream     string `db:"stream"`
	Subject    string `db:"subject"`
	Data       []byte `db:"data"`
	Reason     string `db:"reason"`     // the last error
	Deliveries int    `db:"deliveries"` // number of tries
	FirstSeen  int64  `db:"first_seen"` // microseconds since 1970, like LastSeen
	LastSeen   int64  `db:"last_seen"`
}

// idOf returns the same id for all copies of a message.
func idOf(stream string, m bus.Message) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", stream, m.Subject, m.Data))
	return "dead_" + hex.EncodeToString(digest[:10])
}

// park stores a letter, or counts its tries on the letter with the same id. It also deletes
// letters that are too old or too many.
func (b *Box) park(ctx context.Context, l Letter) error {
	l.Reason = strings.ToValidUTF8(l.Reason[:min(len(l.Reason), maxReason)], "\uFFFD")
	if l.Data == nil {
		l.Data = []byte{}
	}
	err := b.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.NamedExecContext(ctx, `INSERT INTO dead_letter
			(id, stream, subject, data, reason, deliveries, first_seen, last_seen)
			VALUES (:id, :stream, :subject, :data, :reason, :deliveries, :first_seen, :last_seen)
			ON CONFLICT (id) DO UPDATE SET reason = excluded.reason,
			deliveries = dead_letter.deliveries + excluded.deliveries, last_seen = excluded.last_seen`, l)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM dead_letter WHERE last_seen < ? OR id IN
			(SELECT id FROM dead_letter ORDER BY last_seen DESC, id LIMIT 100 OFFSET ?)`,
			b.now().Add(-keepFor).UnixMicro(), maxLetters)
		return err
	})
	if err != nil {
		return fmt.Errorf("park %s: %w", l.Subject, err)
	}
	return nil
}
