package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
)

// ErrBadRevocation says that a message revokes no session, and never will.
var ErrBadRevocation = errors.New("auth: bad revocation")

// consumer is what a DenyList reads from: a *bus.Bus.
type consumer interface {
	Consume(ctx context.Context, c bus.Consumer, handle bus.Handler) error
}

// DenyList holds in memory the revoked sessions whose tokens are not over yet.
type DenyList struct {
	mu       sync.RWMutex
	sessions map[string]time.Time // until when to remember each
}

// NewDenyList returns an empty list.
func NewDenyList() *DenyList { return &DenyList{sessions: map[string]time.Time{}} }

// Revoked tells whether the session was revoked. It never fails.
func (d *DenyList) Revoked(_ context.Context, sessionID string) (bool, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	_, revoked := d.sessions[sessionID]
	return revoked, nil
}

// Revoke puts a session on the list until a time, and drops those whose time
// has come. No token lives longer than TokenLife, so neither does an entry.
func (d *DenyList) Revoke(sessionID string, until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	for id, end := range d.sessions {
		if now.After(end) {
			delete(d.sessions, id)
		}
	}
	if longest := now.Add(TokenLife + Leeway); until.After(longest) {
		until = longest
	}
	d.sessions[sessionID] = until.Add(Leeway)
}

// Follow feeds the list from the stream of revoked sessions, from its beginning
// and for ever: a service that was down meanwhile learns what it missed. It
// returns nil when ctx ends. The source is a deadletter.Guard: it parks messages
// that are ErrBadRevocation.
func (d *DenyList) Follow(ctx context.Context, from consumer) error {
	return from.Consume(ctx, events.ReadSessions(), d.Handle)
}

// Handle takes one message of the stream.
func (d *DenyList) Handle(_ context.Context, m bus.Message) error {
	revoked, err := events.DecodeSessionRevoked(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadRevocation, err)
	}
	d.Revoke(revoked.SessionID, revoked.ExpiresAt)
	return nil
}
