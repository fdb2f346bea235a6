package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/events"
)

// RevocationStream is the stream of revoked sessions. It keeps each for as long
// as a token of that session can hold anywhere.
func RevocationStream() bus.Stream { return events.Sessions(TokenLife + 2*Leeway) }

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
// has come.
func (d *DenyList) Revoke(sessionID string, until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	for id, end := range d.sessions {
		if now.After(end) {
			delete(d.sessions, id)
		}
	}
	d.sessions[sessionID] = until.Add(Leeway)
}

// Follow feeds the list from the stream of revoked sessions, from its beginning
// and for ever: a service that was down meanwhile learns what it missed. It
// returns nil when ctx ends.
func (d *DenyList) Follow(ctx context.Context, from consumer, log *slog.Logger) error {
	return from.Consume(ctx, bus.Consumer{Stream: RevocationStream()},
		func(_ context.Context, m bus.Message) error {
			var revoked events.SessionRevoked
			if err := json.Unmarshal(m.Data, &revoked); err != nil {
				// It would fail for ever: say so, and go on.
				log.Error("revocation unreadable", "id", m.ID, "error", fmt.Errorf("decode: %w", err))
				return nil
			}
			d.Revoke(revoked.SessionID, revoked.ExpiresAt)
			return nil
		})
}
