package sqldb

import (
	"context"
	"embed"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	// provenFor is how long a successful write counts as proof that the next one succeeds.
	provenFor = 5 * time.Second
	// failedFor is how long the probe waits after a failed write before it tries again.
	failedFor = time.Second
)

//go:embed migrations
var migrations embed.FS

// Probe checks whether the database takes writes. With a full disk or a read-only file, or a
// read-only server, reads and pings still succeed while every order is lost.
type Probe struct {
	db  *DB
	now func() time.Time

	mutex sync.Mutex // allows one write at a time
	until time.Time  // err is valid until then
	err   error
}

// NewProbe returns a probe of db and creates its table. now returns the time.
func NewProbe(ctx context.Context, db *DB, now func() time.Time) (*Probe, error) {
	if err := MigratePart(ctx, db, "probe", migrations); err != nil {
		return nil, err
	}
	return &Probe{db: db, now: now}, nil
}

// Write returns nil if a write was committed within the last 5 seconds. If the last result is
// older, it writes again.
func (p *Probe) Write(ctx context.Context) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.now().Before(p.until) {
		return p.err
	}
	p.err = p.write(ctx)
	holds := provenFor
	if p.err != nil {
		holds = failedFor
	}
	p.until = p.now().Add(holds)
	return p.err
}

func (p *Probe) write(ctx context.Context) error {
	const statement = `INSERT INTO probe (id, at) VALUES (1, ?)
ON CONFLICT (id) DO UPDATE SET at = excluded.at`
	err := p.db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, statement, p.now().UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("write to the database: %w", err)
	}
	return nil
}
