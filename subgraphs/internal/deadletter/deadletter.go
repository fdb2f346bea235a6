// Package deadletter keeps the messages that a service could not handle, for a person to look at.
//
//	bus ──▶ Guard ──▶ handler ── nil ──▶ done
//	          │          └── an error ──▶ it comes again, later
//	          └── senseless, or failed too often ──▶ table dead_letter ──▶ done
//	                                                    │
//	          dead list ◀───────────────────────────────┤
//	          dead retry ──▶ the same handler ◀─────────┘
//
// A message that makes no sense is parked when it is refused. One that fails is parked after Tries
// tries that took at least Patience, and no earlier: what is only busy, or being started, is better
// by then. A database that cannot be reached parks nothing however long that lasts, because the
// table is in it: the message stays with the bus.
//
// # Nothing is lost by parking
//
// A command is sent until it is answered, whether a copy of it is parked or not, and so is the
// reply to it given again: once the cause is mended, the next copy gets through. Each copy is
// tried, those after the first one once, and they are one letter: a letter is known by what it
// says. The newest state of a product is in its stream, which is read from the beginning at each
// start. So a letter is there to be seen, and to be tried again sooner.
//
// To try one again is safe however old it is. Commands and replies are handled once or often, late
// and in any order, and of a product only a newer version is taken.
//
// # How long they are kept
//
// Letters that were not seen for 30 days are forgotten, and of more than 10,000 those not seen for
// the longest time.
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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

const (
	keep          = 30 * 24 * time.Hour
	most          = 10_000
	longestReason = 1000
)

//go:embed migrations
var migrations embed.FS

// Box is the table dead_letter of a service's own database.
type Box struct {
	db  *sqldb.DB
	now func() time.Time
}

// New returns the box of db and brings its table up to date; now tells the time.
func New(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Box, error) {
	if err := sqldb.MigratePart(ctx, db, "dead_letter", migrations); err != nil {
		return nil, err
	}
	return &Box{db, now}, nil
}

// Letter is a message that was not handled. All copies of a message are one letter.
type Letter struct {
	ID         string `db:"id"`
	Stream     string `db:"stream"`
	Subject    string `db:"subject"`
	Data       []byte `db:"data"`
	Reason     string `db:"reason"`     // of the last failure
	Deliveries int    `db:"deliveries"` // how often it was tried
	FirstSeen  int64  `db:"first_seen"` // microseconds since 1970, as is LastSeen
	LastSeen   int64  `db:"last_seen"`
}

// idOf is the same for all that say the same.
func idOf(stream string, m bus.Message) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", stream, m.Subject, m.Data))
	return "dead_" + hex.EncodeToString(digest[:10])
}

// park adds a letter, or adds to the one that says the same; and forgets what is too old, or too
// much.
func (b *Box) park(ctx context.Context, l Letter) error {
	l.Reason = strings.ToValidUTF8(l.Reason[:min(len(l.Reason), longestReason)], "\uFFFD")
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
			b.now().Add(-keep).UnixMicro(), most)
		return err
	})
	if err != nil {
		return fmt.Errorf("park %s: %w", l.Subject, err)
	}
	return nil
}
