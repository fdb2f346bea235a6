package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
)

// ErrBadRevocation says that a message can never revoke a session, because it is malformed.
var ErrBadRevocation = errors.New("auth: bad revocation")

// consumer is the bus that a DenyList reads from: a *bus.Bus or a *deadletter.Guard.
type consumer interface {
	Consume(ctx context.Context, c bus.Consumer, handle bus.Handler) error
}

// DenyList holds, in memory, the revoked sessions whose tokens have not all expired.
type DenyList struct {
	mu       sync.RWMutex
	sessions map[string]time.Time // the time at which each can be forgotten
}

// NewDenyList returns an empty list.
func NewDenyList() *DenyList { return &DenyList{sessions: map[string]time.Time{}} }

// Revoked reports whether the session is revoked. The error is always nil.
func (d *DenyList) Revoked(_ context.Context, sessionID string) (bool, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	_, revoked := d.sessions[sessionID]
	return revoked, nil
}

// Revoke puts a session on the list until a time, and removes expired entries. No token lives
// longer than TokenLife, so an entry does not stay much longer than that either.
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

// Follow reads the stream of revoked sessions from its beginning until ctx ends; then it returns
// nil. So a service learns about sessions that were revoked while it was down. If from is a
// deadletter.Guard with ErrBadRevocation as a permanent error, it parks malformed messages.
func (d *DenyList) Follow(ctx context.Context, from consumer) error {
	return from.Consume(ctx, events.ReadSessions(), d.Handle)
}

// Handle handles one message of the stream.
func (d *DenyList) Handle(_ context.Context, m bus.Message) error {
	revoked, err := events.DecodeSessionRevoked(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadRevocation, err)
	}
	d.Revoke(revoked.SessionID, revoked.ExpiresAt)
	return nil
}
