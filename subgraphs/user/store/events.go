package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

const (
	latestEvents = 50
	keepEvents   = 365 * 24 * time.Hour
)

type eventRow struct {
	ID      string            `db:"id"`
	UserID  string            `db:"user_id"`
	Kind    account.EventKind `db:"kind"`
	At      int64             `db:"at"`
	ActorID *string           `db:"actor_id"`
}

// addEvent stores an account event in a transaction.
func addEvent(
	ctx context.Context, tx *sqlx.Tx,
	userID string, kind account.EventKind, actorID string, at time.Time,
) error {
	actor := sql.NullString{String: actorID, Valid: actorID != ""}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO account_events (id, user_id, kind, at, actor_id) VALUES (?, ?, ?, ?, ?)`,
		ids.New("evt"), userID, kind, at.UnixMicro(), actor)
	if err != nil {
		return fmt.Errorf("add event: %w", err)
	}
	return nil
}

// EventsOf returns the latest events of users, in one statement.
func (s *Store) EventsOf(
	ctx context.Context, userIDs []string,
) (map[string][]account.Event, error) {
	if len(userIDs) == 0 {
		return nil, nil
	}
	// The subquery finds the oldest event to return, so that older ones are not read.
	query, args, err := sqlx.In(`
		SELECT e.* FROM users u
		JOIN account_events e ON e.user_id = u.id AND e.id >= COALESCE((
			SELECT id FROM account_events WHERE user_id = u.id
			ORDER BY id DESC LIMIT 1 OFFSET ?), '')
		WHERE u.id IN (?) ORDER BY e.id DESC`, latestEvents-1, userIDs)
	if err != nil {
		return nil, err
	}
	var rows []eventRow
	if err := s.db.Read().SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("select events: %w", err)
	}
	events := map[string][]account.Event{}
	for _, r := range rows {
		events[r.UserID] = append(events[r.UserID], account.Event{
			ID: r.ID, UserID: r.UserID, Kind: r.Kind, At: time.UnixMicro(r.At).UTC(), ActorID: r.ActorID,
		})
	}
	return events, nil
}
