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
	// provenFor is how long a write that succeeded proves that the next one will.
	provenFor = 5 * time.Second
	// failedFor is how long a write that failed is not tried again.
	failedFor = time.Second
)

//go:embed migrations
var migrations embed.FS

// Probe finds out whether the database takes writes. A full disk, a file or a server that is
// read-only and a server that is down answer reads, or pings, and still lose every order.
type Probe struct {
	db  *DB
	now func() time.Time

	mutex sync.Mutex // of one write at a time
	until time.Time  // the last result holds until then
	err   error
}

// NewProbe returns a probe of db and makes its table; now tells the time.
func NewProbe(ctx context.Context, db *DB, now func() time.Time) (*Probe, error) {
	if err := MigratePart(ctx, db, "probe", migrations); err != nil {
		return nil, err
	}
	return &Probe{db: db, now: now}, nil
}

// Write returns nil if a transaction that wrote was committed in the last seconds. It writes if
// the last result is too old.
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
